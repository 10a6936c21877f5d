import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskInfo } from '../base/task-info.ts'
import { outcomes, restartCauses, skipReasons } from '../base/words.ts'
import type { EventOf, TaskEvent } from '../events/events.ts'
import { every } from '../schedule/every.ts'
import type { TaskMetrics } from './task-metrics.ts'
import { TaskMetricsFold } from './task-metrics-fold.ts'

const info: TaskInfo = {
  name: 'feeds.poll',
  owner: 'feeds',
  category: 'default',
  priority: 'normal',
  scope: 'instance',
  schedule: every('30s').info,
  timeoutMs: undefined,
  runbook: undefined,
  slo: undefined,
  trace: undefined,
}
const start = 1_700_000_000_000
const minute = 60_000

const ofTask = (at: number) => ({ seq: 0, at, task: info.name, info })
const ofRun = (at: number) => ({
  ...ofTask(at),
  runId: 'a1-1',
  trigger: 'schedule' as const,
  attempt: 1,
  scheduledAt: undefined,
  annotations: undefined,
})
const started = (at: number, latenessMs?: number): TaskEvent => ({
  type: 'run.started',
  ...ofRun(at),
  latenessMs,
  lateCause: undefined,
  generation: 1,
})
const ended = (at: number, end: Partial<EventOf<'run.ended'>> = {}): TaskEvent => ({
  type: 'run.ended',
  ...ofRun(at),
  outcome: 'succeeded',
  startedAt: at,
  durationMs: 5,
  syncMs: 0.25,
  latenessMs: undefined,
  generation: 1,
  error: undefined,
  abortedFor: undefined,
  lastBeatAt: undefined,
  ...end,
})

const foldOf = (...events: readonly TaskEvent[]): TaskMetricsFold => {
  const fold = new TaskMetricsFold()
  for (const event of events) fold.apply(event)
  return fold
}

const recount = (events: readonly TaskEvent[]) => {
  const runs = events.filter((event) => event.type === 'run.ended')
  const starts = events.filter((event) => event.type === 'run.started')
  const counted = runs.filter(({ outcome }) => outcome !== 'cancelled')
  const successes = counted.filter(({ outcome }) => outcome === 'succeeded')
  const failures = counted.filter(({ outcome }) => outcome !== 'succeeded')
  const total = (list: readonly TaskEvent[], of: (event: never) => number): number =>
    list.reduce((sum, event) => sum + of(event as never), 0)
  const tally = <Key extends string>(keys: readonly Key[], list: readonly Key[]): Record<Key, number> =>
    Object.fromEntries(keys.map((key) => [key, list.filter((other) => other === key).length])) as Record<
      Key,
      number
    >
  const skips = events.filter((event) => event.type === 'run.skipped')
  const units = events.filter((event) => event.type === 'unit.ended')
  const failing = events.flatMap((event) => {
    if (event.type === 'run.retried' || (event.type === 'unit.ended' && event.outcome === 'failed'))
      return [event.error]
    const isFailure =
      event.type === 'run.ended' && event.outcome !== 'succeeded' && event.outcome !== 'cancelled'
    return isFailure ? [event.error] : []
  })
  const errors = failing.filter((error) => error !== undefined)
  const names = [...new Set(errors.map(({ name }) => name))]
  return {
    started: starts.length,
    outcomes: tally(
      outcomes,
      runs.map(({ outcome }) => outcome),
    ),
    settledLate: events.filter(({ type }) => type === 'run.settled-late').length,
    skipped: tally(
      skipReasons,
      skips.flatMap(({ reason, count }) => Array<typeof reason>(count).fill(reason)),
    ),
    missed: total(events, (event: TaskEvent) => (event.type === 'run.missed' ? event.count : 0)),
    retries: events.filter(({ type }) => type === 'run.retried').length,
    restarts: tally(
      restartCauses,
      events.filter((event) => event.type === 'restart.scheduled').map(({ cause }) => cause),
    ),
    gaveUp: events.filter(({ type }) => type === 'task.parked' || type === 'task.gave-up').length,
    errors: new Map(names.map((name) => [name, errors.filter((error) => error.name === name).length])),
    consecutiveFailures: counted.length - 1 - counted.findLastIndex(({ outcome }) => outcome === 'succeeded'),
    lastStartedAt: starts.at(-1)?.at,
    lastEndedAt: runs.at(-1)?.at,
    lastSuccessAt: successes.at(-1)?.at,
    lastFailureAt: failures.at(-1)?.at,
    lastOutcome: runs.at(-1)?.outcome,
    lastDurationMs: runs.at(-1)?.durationMs,
    lastLatenessMs: starts.findLast(({ latenessMs }) => latenessMs !== undefined)?.latenessMs,
    lastErrorName: errors.at(-1)?.name,
    successes: [successes.length, total(successes, (run: EventOf<'run.ended'>) => run.durationMs)],
    failures: [failures.length, total(failures, (run: EventOf<'run.ended'>) => run.durationMs)],
    lateness: starts.filter(({ latenessMs }) => latenessMs !== undefined).length,
    syncMaxMs: Math.max(0, ...runs.map(({ syncMs }) => syncMs)),
    syncTotalMs: total(runs, (run: EventOf<'run.ended'>) => run.syncMs),
    units: tally(
      ['succeeded', 'failed', 'cancelled'],
      units.map(({ outcome }) => outcome),
    ),
    lastHour: [
      successes.filter(({ at }) => at > (events.at(-1)?.at ?? 0) - 60 * minute).length,
      failures.filter(({ at }) => at > (events.at(-1)?.at ?? 0) - 60 * minute).length,
    ],
  }
}

const summary = (metrics: TaskMetrics, lastHour: { succeeded: number; failed: number }) => {
  const {
    success,
    failure,
    lateness,
    recentSuccess,
    recentFailure,
    lastError,
    blockedMs,
    lastBeatAt,
    afterQuiet,
    ...rest
  } = metrics
  return {
    ...rest,
    lastErrorName: lastError?.name,
    successes: [success.count, success.sum],
    failures: [failure.count, failure.sum],
    lateness: lateness.count,
    lastHour: [lastHour.succeeded, lastHour.failed],
  }
}

describe('the numbers of a task', () => {
  const errors = fc
    .constantFrom('Error', 'TypeError', 'FeedError')
    .map((name) => Object.assign(new Error('x'), { name }))
  const maybeError = fc.option(errors, { nil: undefined })
  const whole = fc.nat({ max: 1_000 })
  const eventMakers = fc.oneof(
    fc.option(whole, { nil: undefined }).map((late) => (at: number) => started(at, late)),
    fc
      .record({ outcome: fc.constantFrom(...outcomes), durationMs: whole, syncMs: whole, error: maybeError })
      .map((end) => (at: number) => ended(at, end)),
    fc.tuple(fc.constantFrom(...skipReasons), fc.integer({ min: 1, max: 9 })).map(
      ([reason, count]) =>
        (at: number): TaskEvent => ({
          type: 'run.skipped',
          ...ofTask(at),
          reason,
          count,
          atLeast: false,
          scheduledAt: at,
        }),
    ),
    whole.map(
      (count) =>
        (at: number): TaskEvent => ({
          type: 'run.missed',
          cause: 'blocked',
          ...ofTask(at),
          count,
          atLeast: false,
          from: at,
          to: at,
        }),
    ),
    maybeError.map(
      (error) =>
        (at: number): TaskEvent => ({ type: 'run.retried', ...ofRun(at), delayMs: 1, error }),
    ),
    maybeError.map(
      (error) =>
        (at: number): TaskEvent => ({ type: 'run.settled-late', ...ofRun(at), ageMs: 1, error }),
    ),
    fc.constantFrom(...restartCauses).map(
      (cause) =>
        (at: number): TaskEvent => ({
          type: 'restart.scheduled',
          ...ofTask(at),
          cause,
          delayMs: 1,
          spacedMs: 0,
          streak: 0,
          dueAt: at,
          error: undefined,
        }),
    ),
    fc.constantFrom(...restartCauses).map(
      (cause) =>
        (at: number): TaskEvent => ({
          type: 'task.parked',
          ...ofTask(at),
          cause,
          parks: 1,
          trialAt: at,
          error: undefined,
        }),
    ),
    fc.tuple(fc.constantFrom('succeeded', 'failed', 'cancelled'), maybeError).map(
      ([outcome, error]) =>
        (at: number): TaskEvent => ({
          type: 'unit.ended',
          ...ofRun(at),
          unit: 'u',
          outcome,
          durationMs: 1,
          error,
        }),
    ),
    fc.constant((at: number): TaskEvent => ({ type: 'task.resumed', ...ofTask(at), cause: 'asked' })),
  )

  it('equal a recount of its events', () => {
    // With more than 32 runs, the counts in a sliding window would not be exact.
    const histories = fc.array(fc.tuple(eventMakers, fc.nat({ max: 5 * minute })), { maxLength: 32 })
    fc.assert(
      fc.property(histories, (all) => {
        let now = start
        const events = all.map(([make, passed]) => {
          now += passed
          return make(now)
        })
        const fold = foldOf(...events)

        expect(summary(fold.snapshot(now), fold.recent(60 * minute, now))).toEqual(recount(events))
      }),
    )
  })
})
