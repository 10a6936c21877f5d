import type { Duration } from '../base/duration.ts'
import type { Priority } from '../base/words.ts'

/** How a supervisor should stop. */
export interface StopOptions {
  /** The limit for the whole stop. @defaultValue `RUNWELL_STOP_DEADLINE`, else `'25s'` */
  readonly deadline?: Duration | undefined
  /** The limit for one priority class, unless a run calls `extend()`. @defaultValue `'10s'` */
  readonly classGrace?: Duration | undefined
  /** Gives runs time to end before they are aborted, within the time of their class. @defaultValue `false` */
  readonly drain?: boolean | undefined
  /**
   * How long runs continue after the process is no longer ready, so that load balancers notice. At most half
   * of the deadline. @defaultValue `0`
   */
  readonly drainDelay?: Duration | undefined
  /** Called after `drainDelay`, before any task is stopped, for example to close HTTP servers. */
  readonly before?: (() => unknown) | undefined
  /** The reason in `shutdown.started`. @defaultValue `'stop'` */
  readonly reason?: string | undefined
}

/** A run abandoned during the stop, or abandoned earlier and still active at its end. */
export interface AbandonedRun {
  readonly task: string
  readonly owner: string
  readonly priority: Priority
  readonly runId: string
  /** Time from the start of the run until its function ended, or until the end of the stop. */
  readonly ageMs: number
  /** True if its function ended before the stop did. */
  readonly endedLate: boolean
  readonly lastBeat: { readonly agoMs: number; readonly note: string | undefined } | undefined
}

/** The result of a stop. */
export interface ShutdownReport {
  readonly reason: string
  /**
   * Time from `stop()` until all runs had ended or were abandoned and the fleet was closed, without the flush
   * of observers.
   */
  readonly tookMs: number
  readonly deadlineMs: number
  readonly classes: readonly {
    readonly priority: Priority
    readonly tookMs: number
    /** Tasks with active runs, or with a host to stop. */
    readonly tasks: readonly string[]
    readonly abandoned: readonly string[]
  }[]
  readonly abandoned: readonly AbandonedRun[]
  /** Tasks that had escalated before the stop. */
  readonly escalated: readonly string[]
  /** 0 only if nothing was abandoned, nothing escalated and all hosts stopped in time. */
  readonly exitCode: 0 | 1
}
