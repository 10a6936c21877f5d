import { toMs } from '../base/duration.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { Outcome } from '../base/words.ts'
import type { TaskFacts } from '../health/facts.ts'

/** A run in a rule test. All numbers are milliseconds. `endAt` is `Infinity` for a run that never ends. */
export interface FactsRun {
  readonly startAt: number
  readonly endAt: number
  readonly outcome: Outcome
  readonly latenessMs: number
  readonly blockedMs: number
  /** The time between two beats; 0 for a run without beats. */
  readonly beatEveryMs: number
}

/** After this time, `blockedMs` ignores a run. In a supervisor, the window is 5 to 6 minutes long. */
const rollingMs = 360_000
/** The default restart budget of a loop. */
const budget = { restarts: 10, withinMs: 600_000 }

/**
 * Computes the facts of a task at the time `now` from a list of all its runs. The task is never paused, parked or given
 * up. Unlike in a supervisor, `p99Ms` and `samples` always cover all successes, not only recent successes.
 *
 * @param now - milliseconds since the task was started; the wall time is the same number
 */
export function factsAt(now: number, task: TaskInfo, runs: readonly FactsRun[]): TaskFacts {
  const started = runs.filter((run) => run.startAt <= now)
  const live = started.filter((run) => run.endAt > now)
  const ended = started.filter((run) => run.endAt <= now).sort((a, b) => a.endAt - b.endAt)
  const counted = ended.filter((run) => run.outcome !== 'cancelled')
  const newest = started.at(-1)
  const last = ended.at(-1)
  const lastSuccess = counted.findLast((run) => run.outcome === 'succeeded')
  const isStuck = last?.outcome === 'abandoned' && live.length === 0
  const durations = successDurations(counted)

  return {
    task,
    state: isStuck ? 'stuck' : live.length > 0 ? 'running' : 'waiting',
    now,
    armedMs: now,
    activeMs: now,
    runs: counted.length,
    failures: counted.filter((run) => run.outcome !== 'succeeded').length,
    consecutiveFailures: counted.length - 1 - counted.findLastIndex((run) => run.outcome === 'succeeded'),
    lastOutcome: last?.outcome,
    lastDurationMs: last && last.endAt - last.startAt,
    lastLatenessMs: newest?.latenessMs,
    sinceSuccessMs: lastSuccess && now - lastSuccess.endAt,
    ...unmetAt(now, task, lastSuccess?.endAt),
    activeRuns: live.length,
    oldest: signsOfLife(now, started, live[0]),
    mostSilent: ({ beating = false } = {}) => mostSilentOf(now, started, live, beating),
    stuckMs: isStuck ? now - last.endAt : undefined,
    p99Ms: durations[Math.ceil(durations.length * 0.99) - 1],
    samples: durations.length,
    recent: (window) => countSince(now - toMs('window', window), counted),
    restarts: restartsAt(now, task, started),
    givenUp: undefined,
    downMs: task.schedule.restarts && live.length === 0 ? now - (last?.endAt ?? 0) : undefined,
    blockedMs: Math.max(0, ...ended.filter((run) => run.endAt > now - rollingMs).map((run) => run.blockedMs)),
  }
}

/** Assumes a slot at 0 and at each multiple of the period. A success fulfils all slots up to its end. */
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
  // A run without a beat has been silent for its whole age.
  return judged.sort((a, b) => b.sinceBeatMs - a.sinceBeatMs)[0]
}

function successDurations(runs: readonly FactsRun[]): readonly number[] {
  const successes = runs.filter((run) => run.outcome === 'succeeded')
  return successes.map((run) => run.endAt - run.startAt).sort((a, b) => a - b)
}

function countSince(from: number, runs: readonly FactsRun[]): { succeeded: number; failed: number } {
  const recent = runs.filter((run) => run.endAt > from)
  const succeeded = recent.filter((run) => run.outcome === 'succeeded').length
  return { succeeded, failed: recent.length - succeeded }
}

/** Counts every run of a loop as a restart, except for the first run. */
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
