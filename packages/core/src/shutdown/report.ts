import type { Duration } from '../base/duration.ts'
import type { Priority } from '../base/words.ts'

/** How a supervisor should stop. */
export interface StopOptions {
  /**
   * How long the whole stop may take. Runs that are still active near the end of this time are abandoned.
   * @defaultValue `RUNWELL_STOP_DEADLINE`; if this variable is not set, `'25s'`
   */
  readonly deadline?: Duration | undefined
  /**
   * How long the tasks of one priority class may take to stop. Runs that are still active after this time are
   * abandoned. A run can get more time with `extend()`.
   * @defaultValue `'10s'`
   */
  readonly classGrace?: Duration | undefined
  /**
   * If `true`, a stop first waits until active runs end by themselves. 5 s before the time of their priority class is
   * over, it aborts the runs that are still active. If the class has less than 10 s, it aborts them after half of the
   * time. If `false`, a stop aborts active runs as soon as it reaches their priority class.
   * @defaultValue `false`
   */
  readonly drain?: boolean | undefined
  /**
   * How long a stop waits before it stops tasks. The readiness probe already fails in this time, so that load
   * balancers notice the stop. A value above half of the deadline counts as half of the deadline.
   * @defaultValue `0`
   */
  readonly drainDelay?: Duration | undefined
  /**
   * A function that is called after `drainDelay` and before tasks are stopped. Use it, for example, to close HTTP
   * servers. The stop waits for its promise, but for at most half of the time that remains. Its errors are written to
   * the console.
   */
  readonly before?: (() => unknown) | undefined
  /** The reason in the event `shutdown.started` and in the report. @defaultValue `'stop'` */
  readonly reason?: string | undefined
}

/**
 * A run that was abandoned during the stop, or a run that was abandoned before and was still active at the end of the
 * stop.
 */
export interface AbandonedRun {
  readonly task: string
  readonly owner: string
  readonly priority: Priority
  readonly runId: string
  /**
   * Milliseconds from the start of the run until its function ended. If the function did not end: until the stop
   * ended.
   */
  readonly ageMs: number
  /** True if the function of the run ended before the stop ended. */
  readonly endedLate: boolean
  readonly lastBeat: { readonly agoMs: number; readonly note: string | undefined } | undefined
}

/** The result of a stop. */
export interface ShutdownReport {
  readonly reason: string
  /**
   * How long the stop took. The stop ends when all runs have ended or were abandoned, and the fleet is closed. The
   * flush of observers is not included.
   */
  readonly tookMs: number
  readonly deadlineMs: number
  /** One entry for each priority that had tasks to stop, in the order of the stop. */
  readonly classes: readonly {
    readonly priority: Priority
    readonly tookMs: number
    /** Tasks that had active runs, or a host that had to be stopped. */
    readonly tasks: readonly string[]
    readonly abandoned: readonly string[]
  }[]
  readonly abandoned: readonly AbandonedRun[]
  /** Tasks that were given up with `exhausted: 'escalate'`, even if `restart()` has started them again. */
  readonly escalated: readonly string[]
  /** 0 only if `abandoned` and `escalated` are empty and all hosts stopped in time. */
  readonly exitCode: 0 | 1
}

/**
 * Returns the problems of a stop apart from abandoned runs. A host is left out if its task has an abandoned run,
 * because that run already names the task.
 *
 * @param list - joins names
 */
export function otherProblems(
  { classes, abandoned, escalated }: ShutdownReport,
  list: (names: readonly string[]) => string,
): readonly string[] {
  const withRuns = new Set(abandoned.map(({ task }) => task))
  const hosts = classes.flatMap((each) => each.abandoned).filter((task) => !withRuns.has(task))
  return [
    ...(hosts.length === 0 ? [] : [`not stopped by their hosts in time: ${list(hosts)}`]),
    ...(escalated.length === 0 ? [] : [`given up: ${list(escalated)}`]),
  ]
}
