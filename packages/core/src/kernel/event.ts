import type { AbortCause } from '../base/errors.ts'
import type { Control, ControlResult, RestartCause, SkipReason, Trigger } from '../base/words.ts'
import type { FleetVerdict } from '../fleet/fleet.ts'
import type { JudgedRule } from '../health/step-health.ts'
import type { KernelTask, TaskConfig } from './state.ts'

/** Slots that came due, computed by the shell from the schedule. `next` is the slot after them. */
export interface DueSlots {
  readonly count: number
  readonly atLeast: boolean
  readonly oldest: number
  readonly newest: number
  /**
   * The newest of the due slots, ascending: all that the misfire policy may run, and one before them, if there is one.
   */
  readonly recent: readonly number[]
  /** How long ago the newest slot was due. */
  readonly lateMs: number
  readonly next: number | undefined
  /** Monotonic; `Infinity` without a next slot. */
  readonly nextDueAt: number
  /** `enabled()` returned false. */
  readonly standby: boolean
  /** The wall clock was set forward past the slots. */
  readonly jumpedOver: boolean
  /** The task will run none of the slots, because it is unregistered or the supervisor stops. */
  readonly stopping?: true
}

/** The undecided slots of a schedule that is about to be replaced. */
export interface FormerSchedule {
  /** The due slots. The kernel decides them before it replaces the schedule. */
  readonly slots: DueSlots | undefined
  /** The slot after `slots`, if its time has passed and only jitter or spread delays its run. The kernel skips it. */
  readonly passed: number | undefined
  /**
   * The new `lastSlot` of the task in wall time, or `-Infinity` if the new schedule does not use wall time. `undefined`
   * keeps the old value.
   */
  readonly lastSlot: number | undefined
}

/** Who requested a control, and why. A field is `undefined` if the caller did not set it. */
export interface Asked {
  readonly by: string | undefined
  readonly reason: string | undefined
}

/** An event for which a caller can set `by` and `reason`. */
interface Signed {
  readonly task: string
  readonly asked?: Asked | undefined
}

export type KernelEvent =
  /** `record` is a new record, made by `newTask`. From now on it belongs to the kernel. */
  | { readonly type: 'register'; readonly task: string; readonly record: KernelTask }
  | ({ readonly type: 'unregister' } & Signed)
  | { readonly type: 'start' }
  /**
   * `lastSlot`, if given, becomes the `lastSlot` of the task. Either other code has decided a newer slot, or the wall
   * clock was set back, so that earlier slots may be planned again.
   */
  | {
      readonly type: 'slot-planned'
      readonly task: string
      readonly slot: number | undefined
      readonly dueAt: number
      readonly lastSlot: number | undefined
    }
  /** The timer of a task (`run` 0) or of one of its runs has fired. */
  | {
      readonly type: 'due'
      readonly task: string
      readonly run: number
      readonly slots: DueSlots | undefined
    }
  | ({
      readonly type: 'trigger'
      readonly trigger: Trigger
      readonly requestId: number
      readonly standby: boolean
    } & Signed)
  /**
   * The function of a run has settled. `predicateSaid`: the result of the restart option `when`. `mayRetry`: the result
   * of `retry.if`; only `false` forbids a retry.
   */
  | {
      readonly type: 'settled'
      readonly task: string
      readonly run: number
      readonly ok: boolean
      readonly predicateSaid: boolean | undefined
      readonly mayRetry?: boolean
      /**
       * For a run of an external task: whether its function can know of an abort. If not, the run is never `cancelled`.
       */
      readonly hadSignal?: boolean
    }
  | { readonly type: 'ready'; readonly task: string; readonly run: number; readonly how: 'ready' | 'beat' }
  /** A run that is being stopped requests more grace. */
  | { readonly type: 'extend'; readonly task: string; readonly run: number; readonly ms: number }
  /** `until`: wall time at which the pause ends by itself. */
  | ({
      readonly type: 'pause'
      readonly reason: string | undefined
      readonly until?: number | undefined
    } & Signed)
  | ({ readonly type: 'resume' } & Signed)
  | ({ readonly type: 'reschedule'; readonly config: TaskConfig } & FormerSchedule & Signed)
  /** `progress`: an active run called `beat()` so recently that a rule must not restart the task. */
  | ({
      readonly type: 'restart'
      readonly cause: Extract<RestartCause, 'manual' | 'unhealthy'>
      readonly requestId: number
      readonly progress: boolean
    } & Signed)
  /** The host reports that it did not run `count` slots or triggers. `detail`: the reason, in the words of the host. */
  | {
      readonly type: 'host-skipped'
      readonly task: string
      readonly reason: SkipReason
      readonly detail: string | undefined
      readonly count: number
    }
  /** The host reports `count` missed slots. `at`: the current time, by the clock of the schedule. */
  | { readonly type: 'host-missed'; readonly task: string; readonly count: number; readonly at: number }
  /** The host starts no more runs. */
  | { readonly type: 'host-stopped'; readonly task: string }
  /** The run is aborted by its caller, by `abort()` of its task, or by the fleet. */
  | ({ readonly type: 'abort'; readonly run: number; readonly cause?: AbortCause } & Signed)
  /** The fleet requests a run in this process, for a slot or (without a slot) for `trigger()`. */
  | {
      readonly type: 'fleet-run'
      readonly task: string
      readonly slot: number | undefined
      readonly attempt: number
      readonly requestId: number
      readonly standby: boolean
    }
  /**
   * The fleet has answered. `answer`: the verdict about an offered slot, or the slots that this process must report as
   * skipped or missed.
   */
  | {
      readonly type: 'fleet-answered'
      readonly task: string
      readonly question: number
      readonly answer: FleetVerdict | readonly number[]
    }
  | { readonly type: 'fleet-failed'; readonly task: string; readonly question: number }
  /** The fleet can be asked again. */
  | { readonly type: 'fleet-up'; readonly task: string }
  | {
      readonly type: 'fleet-known'
      readonly task: string
      readonly lastSlot: number
      readonly isOverruled: boolean
      /**
       * Wall time of the first slots that belong to the definition of this process. Used when a newer definition, which
       * overruled it, is gone.
       */
      readonly ownFrom: number
    }
  | {
      readonly type: 'fleet-dropped'
      readonly task: string
      readonly slots: readonly number[]
      readonly reason: SkipReason | 'missed'
    }
  /** A control that the kernel does not decide: the host performs it, there is nothing to do, or it is not possible. */
  | {
      readonly type: 'controlled'
      readonly task: string
      readonly control: Control
      readonly result: ControlResult
      readonly asked: Asked
    }
  | {
      readonly type: 'judged'
      readonly task: string
      readonly rules: readonly JudgedRule[]
      /** Wall time from which the task could be judged. The status `unknown` begins at this time. */
      readonly since: number
      readonly hasSucceeded: boolean
      readonly isFailing: boolean
      readonly runEnded: boolean
    }
  /** The stop begins: the process is no longer ready, but nothing is stopped yet. `deadline` is monotonic. */
  | {
      readonly type: 'stop'
      readonly deadline: number
      readonly classGraceMs: number
      readonly reserveMs: number
      readonly flushMs: number
      readonly drain: boolean
    }
  | { readonly type: 'stop-asked'; readonly task: string; readonly run: number }
  /** No run starts any more, and the first class is stopped. */
  | { readonly type: 'quiet' }
  /** The timer of the shutdown has fired. */
  | { readonly type: 'stop-due' }
  /** `hurry()` has brought the deadline forward, for example after a second Ctrl-C. */
  | { readonly type: 'hurry'; readonly deadline: number }
