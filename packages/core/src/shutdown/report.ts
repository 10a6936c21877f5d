import type { Duration } from '../base/duration.ts'
import type { Priority } from '../base/words.ts'

/** How a supervisor should stop. */
export interface StopOptions {
  /** The whole stop ends within this time. @defaultValue `RUNWELL_STOP_DEADLINE`, else `'25s'` */
  readonly deadline?: Duration | undefined
  /** The longest time for one priority class, unless a run calls `extend()`. @defaultValue `'10s'` */
  readonly classGrace?: Duration | undefined
  /**
   * Whether runs get time to end by themselves before they are aborted, within the time of their class.
   * @defaultValue `false`
   */
  readonly drain?: boolean | undefined
  /**
   * How long runs continue after the process is no longer ready, so that load balancers notice. Part of the deadline,
   * and at most half of it. @defaultValue `0`
   */
  readonly drainDelay?: Duration | undefined
  /** Called after `drainDelay`, before any task is stopped, for example to close HTTP servers. */
  readonly before?: (() => unknown) | undefined
  /** The reason in `shutdown.started`. @defaultValue `'stop'` */
  readonly reason?: string | undefined
}

/** A run that was abandoned during the stop, or that was abandoned earlier and was still active at the end. */
export interface AbandonedRun {
  readonly task: string
  readonly owner: string
  readonly priority: Priority
  readonly runId: string
  /** The time from the start of the run until its function ended, or until the end of the stop. */
  readonly ageMs: number
  /** Whether its function ended before the stop did, although it had been abandoned. */
  readonly endedLate: boolean
  readonly lastBeat: { readonly agoMs: number; readonly note: string | undefined } | undefined
}

/** The result of the stop of a supervisor. */
export interface ShutdownReport {
  readonly reason: string
  /**
   * Time from the call of `stop()` until the last run had ended or was abandoned and the fleet was closed. Observers
   * flush after that, within the deadline.
   */
  readonly tookMs: number
  readonly deadlineMs: number
  readonly classes: readonly {
    readonly priority: Priority
    readonly tookMs: number
    /** Tasks that had active runs, or a host that had to be stopped. */
    readonly tasks: readonly string[]
    readonly abandoned: readonly string[]
  }[]
  readonly abandoned: readonly AbandonedRun[]
  /** Tasks that had escalated before the stop. */
  readonly escalated: readonly string[]
  /** 0 only if nothing was abandoned, nothing escalated and all hosts stopped in time. */
  readonly exitCode: 0 | 1
}
