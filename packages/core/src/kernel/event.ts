import type { AbortCause } from '../base/errors.ts'
import type { Control, ControlResult, RestartCause, SkipReason, Trigger } from '../base/words.ts'
import type { FleetVerdict } from '../fleet/fleet.ts'
import type { JudgedRule } from '../health/step-health.ts'
import type { KernelTask, TaskConfig } from './state.ts'

/**
 * Why slots are late. `clock-jumped`: the wall clock jumped forward over the slots. `already-due`: the slots were in
 * the past when they were planned.
 */
export type KnownLateness = 'clock-jumped' | 'already-due'

export interface DueSlots {
  readonly count: number
  readonly atLeast: boolean
  readonly oldest: number
  readonly newest: number
  /** The newest due slots, ascending. Contains at least all due slots that may still run. */
  readonly recent: readonly number[]
  readonly lateMs: number
  readonly next: number | undefined
  /** Monotonic time. `Infinity` if there is no next slot. */
  readonly nextDueAt: number
  readonly standby: boolean
  /** The wall clock was set forward past the slots, by at least 3 h (26 h if the platform does not report sleep). */
  readonly jumpedOver: boolean
  readonly cause?: KnownLateness | undefined
  /** None of the slots runs, because the supervisor is stopping or the task is unregistered. */
  readonly stopping?: true
}

export interface FormerSchedule {
  readonly slots: DueSlots | undefined
  /** A slot after `slots` whose time has passed, but whose run is still delayed by jitter or spread. */
  readonly passed: number | undefined
  /**
   * The new `lastSlot` of the task. `undefined` keeps the old value. `-Infinity`: no slot of the new schedule is
   * decided yet.
   */
  readonly lastSlot: number | undefined
}

export interface Asked {
  readonly by: string | undefined
  readonly reason: string | undefined
}

interface Signed {
  readonly task: string
  readonly asked?: Asked | undefined
}

export type KernelEvent =
  | { readonly type: 'register'; readonly task: string; readonly record: KernelTask }
  | ({ readonly type: 'unregister' } & Signed)
  | { readonly type: 'start' }
  | {
      readonly type: 'slot-planned'
      readonly task: string
      readonly slot: number | undefined
      readonly dueAt: number
      readonly lastSlot: number | undefined
    }
  /**
   * A timer has fired, or slots are decided before their timer fires, for example at a stop. `run`: the id of the run
   * whose timer fired, or 0 for the timer of the task.
   */
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
  /** `predicateSaid`: the result of the restart option `when`. `mayRetry`: the result of `retry.if`. */
  | {
      readonly type: 'settled'
      readonly task: string
      readonly run: number
      readonly ok: boolean
      readonly predicateSaid: boolean | undefined
      readonly mayRetry?: boolean
      /**
       * Only for external tasks: the function has read its signal, or the run was aborted with the cause `asked`.
       * Otherwise, the outcome is never `cancelled`.
       */
      readonly hadSignal?: boolean
    }
  | { readonly type: 'ready'; readonly task: string; readonly run: number; readonly how: 'ready' | 'beat' }
  | { readonly type: 'extend'; readonly task: string; readonly run: number; readonly ms: number }
  /** `until`: the wall time at which the pause ends. */
  | ({
      readonly type: 'pause'
      readonly reason: string | undefined
      readonly until?: number | undefined
    } & Signed)
  | ({ readonly type: 'resume' } & Signed)
  | ({ readonly type: 'reschedule'; readonly config: TaskConfig } & FormerSchedule & Signed)
  /** `progress`: an active run still calls `beat()`, so a health rule must not restart the task. */
  | ({
      readonly type: 'restart'
      readonly cause: Extract<RestartCause, 'manual' | 'unhealthy'>
      readonly requestId: number
      readonly progress: boolean
    } & Signed)
  | {
      readonly type: 'host-skipped'
      readonly task: string
      readonly reason: SkipReason
      readonly detail: string | undefined
      readonly count: number
    }
  /** `at`: the current time, measured with the clock of the schedule. */
  | { readonly type: 'host-missed'; readonly task: string; readonly count: number; readonly at: number }
  | { readonly type: 'host-stopped'; readonly task: string }
  | ({ readonly type: 'abort'; readonly run: number; readonly cause?: AbortCause } & Signed)
  /** If `slot` is undefined, a call of `trigger()` requested the run. */
  | {
      readonly type: 'fleet-run'
      readonly task: string
      readonly slot: number | undefined
      readonly attempt: number
      readonly requestId: number
      readonly standby: boolean
    }
  /** `answer`: a verdict about one offered slot, or the slots that this process must report as skipped or missed. */
  | {
      readonly type: 'fleet-answered'
      readonly task: string
      readonly question: number
      readonly answer: FleetVerdict | readonly number[]
    }
  | { readonly type: 'fleet-failed'; readonly task: string; readonly question: number }
  | { readonly type: 'fleet-up'; readonly task: string }
  | {
      readonly type: 'fleet-known'
      readonly task: string
      readonly lastSlot: number
      readonly isOverruled: boolean
      /** Wall time. If this process may run the task again, it decides only the slots from this time on. */
      readonly ownFrom: number
    }
  | {
      readonly type: 'fleet-dropped'
      readonly task: string
      readonly slots: readonly number[]
      readonly reason: SkipReason | 'missed'
    }
  | {
      readonly type: 'controlled'
      readonly task: string
      readonly control: Control
      readonly result: ControlResult
      readonly asked: Asked | undefined
    }
  | {
      readonly type: 'judged'
      readonly task: string
      readonly rules: readonly JudgedRule[]
      /** Wall time. */
      readonly since: number
      readonly hasSucceeded: boolean
      readonly isFailing: boolean
      readonly runEnded: boolean
    }
  /** `deadline` is a monotonic time. */
  | {
      readonly type: 'stop'
      readonly deadline: number
      readonly classGraceMs: number
      readonly reserveMs: number
      readonly flushMs: number
      readonly drain: boolean
    }
  | { readonly type: 'stop-asked'; readonly task: string; readonly run: number }
  | { readonly type: 'quiet' }
  | { readonly type: 'stop-due' }
  | { readonly type: 'hurry'; readonly deadline: number }
