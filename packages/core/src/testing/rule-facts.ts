import { toMs } from '../base/duration.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome } from '../base/words.ts'
import type { TaskFacts } from '../health/facts.ts'
import { TaskMetricsFold } from '../metrics/task-metrics-fold.ts'

/** All times are in milliseconds. `endAt` can be `Infinity`. */
export interface FactsRun {
  readonly startAt: number
  readonly endAt: number
  readonly outcome: Outcome
  readonly latenessMs: number
  readonly blockedMs: number
  /** 0 for a run without beats. */
  readonly beatEveryMs: number
  /** These units end with the run. */
  readonly units: { readonly succeeded: number; readonly failed: number }
}

/** The default restart budget of a loop. */
const budget = { restarts: 10, withinMs: 600_000 }
/** The default of `stableAfter`. The run of a loop counts as up from its start. */
const stableAfterMs = 120_000

/** Computes the facts of a task from its runs. The task is never paused, parked or given up. */
export class RunFacts {
  readonly #task: TaskInfo
  readonly #byStart: readonly FactsRun[]
  readonly #byEnd: readonly FactsRun[]
  readonly #metrics = new TaskMetricsFold()
  #startedCount = 0
  #endedCount = 0
  #lastSuccessAt: number | undefined
  #lastUnitAt = 0

  /** @param runs - in the order of their starts */
  constructor(task: TaskInfo, runs: readonly FactsRun[]) {
    this.#task = task
    this.#byStart = runs
    this.#byEnd = [...runs].sort((a, b) => a.endAt - b.endAt)
  }

  /** @param now - milliseconds since the start of the task; never less than in the previous call */
  at(now: number): TaskFacts {
    this.#advance(now)
    const task = this.#task
    const metrics = this.#metrics
    const { succeeded, failed, 'timed-out': timedOut, abandoned } = metrics.outcomes
    const failures = failed + timedOut + abandoned
    const started = this.#byStart.slice(0, this.#startedCount)
    const live = started.filter((run) => run.endAt > now)
    const last = this.#byEnd[this.#endedCount - 1]
    const isStuck = last?.outcome === 'abandoned' && live.length === 0
    const durations = () => metrics.successDurations(now)
    if (live.some(({ startAt }) => this.#isStable(startAt, now))) metrics.endFailures()

    return {
      task,
      state: isStuck ? 'stuck' : live.length > 0 ? 'running' : 'waiting',
      now,
      armedMs: now,
      activeMs: now,
      runs: succeeded + failures,
      failures,
      consecutiveFailures: metrics.consecutiveFailures,
      lastOutcome: metrics.lastOutcome,
      lastDurationMs: metrics.lastDurationMs,
      lastLatenessMs: metrics.lastLatenessMs,
      sinceSuccessMs: this.#lastSuccessAt === undefined ? undefined : now - this.#lastSuccessAt,
      ...unmetAt(now, task, this.#lastSuccessAt),
      activeRuns: live.length,
      sinceUnitMs: now - this.#lastUnitAt,
      oldest: signsOfLife(now, started, live[0]),
      mostSilent: ({ beating = false } = {}) => mostSilentOf(now, started, live, beating),
      stuckMs: isStuck ? now - last.endAt : undefined,
      // As in a supervisor, the value is computed only when a rule reads it.
      get p99Ms() {
        return durations().quantile(0.99)
      },
      get samples() {
        return durations().count
      },
      recent: (window) => metrics.recent(toMs('window', window), now),
      recentUnits: (window) => metrics.recentUnits(toMs('window', window), now),
      restarts: restartsAt(now, task, started),
      givenUp: undefined,
      downMs: task.schedule.restarts && live.length === 0 ? now - (last?.endAt ?? 0) : undefined,
      blockedMs: metrics.recentBlockMs(now),
    }
  }

  #isStable(startAt: number, at: number): boolean {
    return this.#task.schedule.restarts && at - startAt >= stableAfterMs
  }

  #advance(now: number): void {
    for (let run = this.#byStart[this.#startedCount]; run && run.startAt <= now; ) {
      this.#metrics.runStarted(run.startAt, run.latenessMs)
      this.#startedCount += 1
      run = this.#byStart[this.#startedCount]
    }
    for (let run = this.#byEnd[this.#endedCount]; run && run.endAt <= now; ) {
      const { startAt, endAt, outcome, blockedMs, units } = run
      for (const ended of ['succeeded', 'failed'] as const)
        for (let count = 0; count < units[ended]; count += 1)
          this.#metrics.unitEnded(ended === 'succeeded', endAt)
      if (units.succeeded + units.failed > 0) this.#lastUnitAt = endAt
      if (this.#isStable(startAt, endAt)) this.#metrics.endFailures()
      this.#metrics.runEnded(endAt, outcome, endAt - startAt, blockedMs, undefined)
      if (outcome === 'succeeded') this.#lastSuccessAt = endAt
      this.#endedCount += 1
      run = this.#byEnd[this.#endedCount]
    }
  }
}

/** A success counts for all slots up to its end. The first slot is at time 0. */
function unmetAt(now: number, { schedule }: TaskInfo, metAt = -1): Pick<TaskFacts, 'unmetSlots' | 'unmetMs'> {
  const { recurring, periodMs } = schedule
  if (periodMs === undefined || !recurring) {
    return { unmetSlots: 0, unmetMs: 0 }
  }
  const firstUnmet = Math.floor(metAt / periodMs) + 1
  const unmetSlots = Math.floor(now / periodMs) - firstUnmet + 1
  return { unmetSlots, unmetMs: unmetSlots === 0 ? 0 : now - firstUnmet * periodMs }
}

function signsOfLife(
  now: number,
  started: readonly FactsRun[],
  run: FactsRun | undefined,
): TaskFacts['oldest'] {
  if (run === undefined) return undefined
  const ageMs = now - run.startAt
  const beats = run.beatEveryMs > 0 ? Math.floor(ageMs / run.beatEveryMs) : 0
  return {
    runId: `run-${started.indexOf(run) + 1}`,
    ageMs,
    beats,
    sinceBeatMs: ageMs - beats * run.beatEveryMs,
  }
}

function mostSilentOf(
  now: number,
  started: readonly FactsRun[],
  live: readonly FactsRun[],
  beating: boolean,
): TaskFacts['oldest'] {
  const all = live.flatMap((run) => signsOfLife(now, started, run) ?? [])
  const judged = all.filter(({ beats }) => !beating || beats > 0)
  return judged.sort((a, b) => b.sinceBeatMs - a.sinceBeatMs)[0]
}

/** Each run except the first counts as a restart. */
function restartsAt(
  now: number,
  { schedule }: TaskInfo,
  started: readonly FactsRun[],
): TaskFacts['restarts'] {
  if (!schedule.restarts) return { inWindow: 0, limit: 0, total: 0, sinceLastMs: undefined }
  const restarts = started.slice(1)
  const last = restarts.at(-1)
  return {
    inWindow: restarts.filter((run) => run.startAt > now - budget.withinMs).length,
    limit: budget.restarts,
    total: restarts.length,
    sinceLastMs: last && now - last.startAt,
  }
}
