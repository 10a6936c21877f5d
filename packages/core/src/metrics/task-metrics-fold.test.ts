import { describe, expect, it } from 'vitest'
import type { TaskInfo } from '../base/task-info.ts'
import type { EventOf, TaskEvent } from '../events/events.ts'
import { every } from '../schedule/every.ts'
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

describe('TaskMetricsFold', () => {
  it('is all zero for a task that never ran', () => {
    const { success, failure, lateness, recentSuccess, recentFailure, ...numbers } =
      new TaskMetricsFold().snapshot(start)

    expect(numbers).toEqual({
      started: 0,
      outcomes: { succeeded: 0, failed: 0, 'timed-out': 0, cancelled: 0, abandoned: 0 },
      settledLate: 0,
      skipped: { overlap: 0, replaced: 0, paused: 0, standby: 0, parked: 0, stuck: 0, stopping: 0, host: 0 },
      missed: 0,
      retries: 0,
      restarts: { returned: 0, threw: 0, 'timed-out': 0, stuck: 0, unhealthy: 0, manual: 0 },
      gaveUp: 0,
      errors: new Map(),
      consecutiveFailures: 0,
      lastStartedAt: undefined,
      lastEndedAt: undefined,
      lastSuccessAt: undefined,
      lastFailureAt: undefined,
      lastOutcome: undefined,
      lastDurationMs: undefined,
      lastLatenessMs: undefined,
      lastError: undefined,
      syncMaxMs: 0,
      syncTotalMs: 0,
      blockedMs: 0,
      units: { succeeded: 0, failed: 0, cancelled: 0 },
      lastBeatAt: undefined,
      afterQuiet: 0,
    })
    for (const distribution of [success, failure, lateness, recentSuccess, recentFailure]) {
      expect(distribution.count).toBe(0)
      expect(distribution.quantile(0.5)).toBeUndefined()
    }
  })

  it('separates successes and failures', () => {
    const error = new TypeError('no such feed')

    const fold = foldOf(
      started(start, 3),
      ended(start + 5),
      started(start + 100, 7),
      ended(start + 140, { outcome: 'failed', durationMs: 40, syncMs: 2, error }),
    )

    expect(fold.started).toBe(2)
    expect(fold.outcomes).toMatchObject({ succeeded: 1, failed: 1 })
    expect([fold.lastStartedAt, fold.lastEndedAt]).toEqual([start + 100, start + 140])
    expect([fold.lastSuccessAt, fold.lastFailureAt]).toEqual([start + 5, start + 140])
    expect([fold.lastOutcome, fold.lastDurationMs, fold.lastLatenessMs]).toEqual(['failed', 40, 7])
    expect([fold.success.sum, fold.failure.sum, fold.lateness.sum]).toEqual([5, 40, 10])
    expect([fold.recentSuccess.sum, fold.recentFailure.sum]).toEqual([5, 40])
    expect([fold.syncMaxMs, fold.syncTotalMs]).toEqual([2, 2.25])
    expect(fold.errors).toEqual(new Map([['TypeError', 1]]))
    expect(fold.lastError).toEqual({ name: 'TypeError', message: 'no such feed', stack: error.stack })
  })

  it('counts consecutive failures: timeouts and abandoned runs count, cancelled runs are ignored', () => {
    const fold = new TaskMetricsFold()
    const counts = (
      ['failed', 'timed-out', 'cancelled', 'abandoned', 'succeeded', 'cancelled', 'failed'] as const
    ).map((outcome, index) => {
      fold.apply(ended(start + index, { outcome }))
      return fold.consecutiveFailures
    })

    expect(counts).toEqual([1, 2, 2, 3, 0, 0, 1])
    expect(fold.recent(minute, start + 10)).toEqual({ succeeded: 1, failed: 4 })
    expect([fold.success.count, fold.failure.count]).toEqual([1, 4])
  })

  it('keeps the lateness of the latest run that had a slot', () => {
    const fold = foldOf(started(start, 9), started(start + 1))

    expect(fold.lastLatenessMs).toBe(9)
    expect(fold.lateness.count).toBe(1)
  })

  it('computes lateness exactly for up to eight runs and within 2 % for more', () => {
    const late = [8, 3, 1_000, 5, 2, 7, 1, 4]
    const fold = foldOf(...late.map((ms, index) => started(start + index, ms)))
    const eight = fold.snapshot(start).lateness

    fold.apply(started(start + 8, 6))

    expect([eight.count, eight.sum, eight.quantile(0.5), eight.max]).toEqual([8, 1_030, 4, 1_000])
    expect([fold.lateness.count, fold.lateness.sum, fold.lateness.max]).toEqual([9, 1_036, 1_000])
    expect(Math.abs((fold.lateness.quantile(0.5) ?? 0) - 5)).toBeLessThanOrEqual(0.1)
  })

  it('counts all other events', () => {
    const fold = foldOf(
      {
        type: 'run.skipped',
        ...ofTask(start),
        reason: 'overlap',
        count: 3,
        atLeast: false,
        scheduledAt: start,
      },
      {
        type: 'run.skipped',
        ...ofTask(start),
        reason: 'standby',
        count: 1,
        atLeast: false,
        scheduledAt: start,
      },
      {
        type: 'run.missed',
        ...ofTask(start),
        count: 1_000,
        atLeast: true,
        from: start,
        to: start,
        cause: 'blocked',
      },
      { type: 'run.retried', ...ofRun(start), delayMs: 5, error: new RangeError('x') },
      { type: 'run.settled-late', ...ofRun(start), ageMs: 5, error: new Error('not counted') },
      {
        type: 'restart.scheduled',
        ...ofTask(start),
        cause: 'threw',
        delayMs: 5,
        spacedMs: 0,
        streak: 0,
        dueAt: start,
        error: undefined,
      },
      { type: 'task.parked', ...ofTask(start), cause: 'threw', parks: 1, trialAt: start, error: undefined },
      {
        type: 'task.gave-up',
        ...ofTask(start),
        cause: 'threw',
        how: 'stop',
        restarts: 1,
        withinMs: 1,
        error: undefined,
      },
      {
        type: 'unit.ended',
        ...ofRun(start),
        unit: 'message',
        outcome: 'succeeded',
        durationMs: 1,
        error: undefined,
      },
      {
        type: 'unit.ended',
        ...ofRun(start),
        unit: 'message',
        outcome: 'failed',
        durationMs: 1,
        error: new URIError('y'),
      },
      { type: 'task.paused', ...ofTask(start), reason: undefined },
    )

    expect(fold.skipped).toMatchObject({ overlap: 3, standby: 1, paused: 0 })
    expect([fold.missed, fold.retries, fold.settledLate, fold.gaveUp]).toEqual([1_000, 1, 1, 2])
    expect(fold.restarts).toMatchObject({ threw: 1, manual: 0 })
    expect(fold.units).toEqual({ succeeded: 1, failed: 1, cancelled: 0 })
    expect(fold.errors).toEqual(
      new Map([
        ['RangeError', 1],
        ['URIError', 1],
      ]),
    )
    expect(fold.lastError?.name).toBe('URIError')
    expect(fold.started).toBe(0)
  })

  it('also counts beats, blocks and runs after quiet, which are not events', () => {
    const fold = new TaskMetricsFold()

    fold.beat(start)
    fold.blocked(30, 20, 1_000)
    fold.blocked(12, 12, 2_000)
    fold.countAfterQuiet()

    expect([fold.lastBeatAt, fold.blockedMs, fold.afterQuiet]).toEqual([start, 42, 1])
    expect(fold.recentBlockMs(2_000)).toBe(20)
  })

  it('returns the longest block of the last minutes, except those too short to matter', () => {
    const fold = foldOf(ended(start, { syncMs: 300 }), ended(start + 3 * minute, { syncMs: 20 }))

    expect(fold.recentBlockMs(start + 3 * minute)).toBe(300)
    expect(fold.recentBlockMs(start + 7 * minute)).toBe(20)
    expect(fold.recentBlockMs(start + 60 * minute)).toBe(0)
    expect(foldOf(ended(start, { syncMs: 0.9 })).recentBlockMs(start)).toBe(0)
  })

  it('ages the recent numbers while nothing happens', () => {
    const fold = foldOf(ended(start), ended(start, { outcome: 'failed' }))

    expect(fold.snapshot(start + 3 * minute).recentSuccess.count).toBe(1)
    fold.advance(start + 7 * minute)

    expect([fold.recentSuccess.count, fold.recentFailure.count]).toEqual([0, 0])
    expect([fold.success.count, fold.failure.count]).toEqual([1, 1])
  })

  it('keeps its windows when the wall clock goes back', () => {
    const fold = foldOf(ended(start), ended(start - 120 * minute), ended(start - 119 * minute))

    expect(fold.recent(5 * minute, start - 119 * minute)).toEqual({ succeeded: 3, failed: 0 })
    expect(fold.recent(minute, start - 119 * minute)).toEqual({ succeeded: 1, failed: 0 })
    expect(fold.recent(minute, start - 118.5 * minute)).toEqual({ succeeded: 1, failed: 0 })
    expect(fold.recentSuccess.count).toBe(3)
  })

  it('returns snapshots that do not change', () => {
    const fold = foldOf(
      started(start, 1),
      ended(start, { outcome: 'failed', error: new Error('x') }),
      ended(start),
    )
    const before = fold.snapshot(start)

    fold.apply(started(start, 1))
    fold.apply(ended(start))
    fold.apply(ended(start, { outcome: 'failed', error: new Error('x') }))
    fold.apply({
      type: 'run.skipped',
      ...ofTask(start),
      reason: 'overlap',
      count: 1,
      atLeast: false,
      scheduledAt: 0,
    })

    expect([before.started, before.outcomes.failed, before.skipped.overlap]).toEqual([1, 1, 0])
    expect([before.success.count, before.failure.count, before.recentSuccess.count]).toEqual([1, 1, 1])
    expect(before.errors).toEqual(new Map([['Error', 1]]))
  })
})
