import type {
  Control,
  ControlResult,
  Outcome,
  Priority,
  RefusalReason,
  RestartCause,
  RestartRefusal,
  SkipReason,
} from '../base/words.ts'
import type { HealthEffect } from '../health/step-health.ts'
import type { GiveUpMode } from '../restart/policy.ts'
import type { Asked } from './event.ts'
import type { FleetQuestion } from './fleet-state.ts'
import type { KernelTask, RunRequest, RunState } from './state.ts'

/**
 * What the shell has to do. It performs the effects of a step in their order. `task` and `run` are the kernel's own
 * records: the shell reads them immediately, and changes only their field `shell`.
 */
export type Effect =
  /** Call the function: for a new run, or for the next attempt of a run. */
  | { readonly do: 'call'; readonly task: KernelTask; readonly run: RunState; readonly requestId: number }
  /** Abort the signal of the run. If the run has not ended at `until` (monotonic), it is abandoned. */
  | { readonly do: 'abort'; readonly task: KernelTask; readonly run: RunState; readonly until: number }
  | {
      readonly do: 'ended'
      readonly task: KernelTask
      readonly run: RunState
      readonly outcome: Outcome
      /** For an abandoned run: the request that is queued behind it. */
      readonly queued?: RunRequest | undefined
    }
  /**
   * An external task was unregistered while this run was active. Its host ends the run; the kernel has forgotten it.
   */
  | { readonly do: 'released'; readonly task: KernelTask; readonly run: RunState }
  | { readonly do: 'settled-late'; readonly task: KernelTask; readonly run: RunState }
  | { readonly do: 'retry'; readonly task: KernelTask; readonly run: RunState; readonly delayMs: number }
  | {
      readonly do: 'ready'
      readonly task: KernelTask
      readonly run: RunState
      readonly how: 'ready' | 'beat'
    }
  | {
      readonly do: 'refuse'
      readonly task: KernelTask | undefined
      readonly requestId: number
      readonly reason: RefusalReason
    }
  | {
      readonly do: 'skip'
      readonly task: KernelTask
      readonly reason: SkipReason
      readonly count: number
      readonly atLeast: boolean
      readonly slot: number | undefined
      readonly detail?: string | undefined
      /** The host of the task has reported this skip. */
      readonly told?: true
    }
  | {
      readonly do: 'miss'
      readonly task: KernelTask
      readonly count: number
      readonly atLeast: boolean
      readonly from: number
      readonly to: number
      /** The host of the task has reported these missed slots. */
      readonly told?: true
    }
  /** Arm the timer of the task, or of `run` if given. `at` is monotonic; `Infinity` disarms. */
  | { readonly do: 'arm'; readonly task: KernelTask; readonly run: RunState | undefined; readonly at: number }
  /** As `arm`, for the timer of the shutdown. */
  | { readonly do: 'arm-stop'; readonly at: number }
  /** Compute the first slot from now on and answer with `slot-planned`. */
  | { readonly do: 'plan'; readonly task: KernelTask }
  | { readonly do: 'task-started'; readonly task: KernelTask }
  | {
      readonly do: 'task-stopped'
      readonly task: KernelTask
      readonly reason: 'stop' | 'unregistered' | 'finished' | 'gave-up'
    }
  | { readonly do: 'unregistered'; readonly task: KernelTask }
  /** A task was paused, or a paused task got another time at which it resumes. */
  | {
      readonly do: 'paused'
      readonly task: KernelTask
      readonly reason: string | undefined
      readonly by: string | undefined
    }
  | { readonly do: 'resumed'; readonly task: KernelTask; readonly cause: 'asked' | 'until' }
  /** A caller used a control with `by` or `reason`. This effect comes before the effects of the control itself. */
  | {
      readonly do: 'controlled'
      readonly task: KernelTask
      readonly control: Control
      readonly result: ControlResult
      readonly asked: Asked
      /** The run that the control `abort` has aborted. */
      readonly run: RunState | undefined
    }
  | { readonly do: 'rescheduled'; readonly task: KernelTask }
  | {
      readonly do: 'restart-scheduled'
      readonly task: KernelTask
      readonly cause: RestartCause
      readonly delayMs: number
      readonly spacedMs: number
      readonly streak: number
    }
  | {
      readonly do: 'restart-refused'
      readonly task: KernelTask | undefined
      readonly cause: RestartCause
      readonly reason: RestartRefusal
      readonly requestId: number
    }
  | {
      readonly do: 'restart-accepted'
      readonly task: KernelTask
      readonly cause: RestartCause
      readonly requestId: number
    }
  | { readonly do: 'parked'; readonly task: KernelTask; readonly cause: RestartCause }
  | {
      readonly do: 'gave-up'
      readonly task: KernelTask
      readonly cause: RestartCause
      readonly how: GiveUpMode
    }
  | { readonly do: 'stuck'; readonly task: KernelTask; readonly run: RunState }
  | { readonly do: 'health'; readonly task: KernelTask; readonly effect: HealthEffect }
  | { readonly do: 'stop-started' }
  | {
      readonly do: 'class-ended'
      readonly priority: Priority
      readonly tookMs: number
      readonly tasks: readonly string[]
      readonly abandoned: readonly string[]
    }
  /**
   * Stop the host of the task, and answer with `host-stopped`. The stop of the supervisor waits for this answer until
   * `until` (monotonic) at most.
   */
  | { readonly do: 'stop-host'; readonly task: KernelTask; readonly until: number }
  | { readonly do: 'host-expired'; readonly task: KernelTask }
  /** Ask the fleet, and answer with `fleet-answered` or `fleet-failed`. */
  | { readonly do: 'ask-fleet'; readonly task: KernelTask; readonly question: FleetQuestion }
  /** Every class has ended or used up its time. The shell still has to flush and report. */
  | { readonly do: 'stop-ended' }
