import type { Duration } from '../base/duration.ts'
import type { Priority } from '../base/words.ts'

/** How a supervisor should stop. */
export interface StopOptions {
  /** All of it ends within this. @defaultValue `RUNWELL_STOP_DEADLINE`, else `'25s'` */
  readonly deadline?: Duration | undefined
  /** Longest that one class may take. @defaultValue `'10s'` */
  readonly classGrace?: Duration | undefined
  /** Let runs end by themselves for as long as the class allows, before they are aborted. @defaultValue `false` */
  readonly drain?: boolean | undefined
  /** Between "not ready" and the rest: for load balancers to notice. Inside the deadline. @defaultValue `0` */
  readonly drainDelay?: Duration | undefined
  /** Runs after `drainDelay` and before anything is stopped: the place to close HTTP servers. */
  readonly before?: (() => unknown) | undefined
  /** Reported in `shutdown.started`. @defaultValue `'stop'` */
  readonly reason?: string | undefined
}

/** A run that was abandoned during the stop, or that was abandoned earlier and still ran at its end. */
export interface AbandonedRun {
  readonly task: string
  readonly owner: string
  readonly priority: Priority
  readonly runId: string
  /** At the end of the stop, or when the run ended. */
  readonly ageMs: number
  /** Whether it ended before the stop did, after all. */
  readonly endedLate: boolean
  readonly lastBeat: { readonly agoMs: number; readonly note: string | undefined } | undefined
}

/** What became of everything when a supervisor stopped. */
export interface ShutdownReport {
  readonly reason: string
  /** From the call of `stop()` until the last run had ended or was abandoned. Observers flush after it, within the deadline. */
  readonly tookMs: number
  readonly deadlineMs: number
  readonly classes: readonly {
    readonly priority: Priority
    readonly tookMs: number
    /** Tasks with runs to end. */
    readonly tasks: readonly string[]
    readonly abandoned: readonly string[]
  }[]
  readonly abandoned: readonly AbandonedRun[]
  /** Tasks that had escalated before. */
  readonly escalated: readonly string[]
  /** 0 only if nothing was abandoned and nothing escalated. */
  readonly exitCode: 0 | 1
}
