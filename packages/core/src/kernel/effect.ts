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
import type { Asked, KnownLateness } from './event.ts'
import type { FleetQuestion } from './fleet-state.ts'
import type { KernelTask, RunRequest, RunState } from './state.ts'

/**
 * An action that the code outside the kernel must perform. That code may change only the field `shell` of a task or
 * run. Exceptions: `paused` before the event `register`, `isDisabled` of the fleet state, and `health` when the rules
 * are suspended or end.
 */
export type Effect =
  | { readonly do: 'call'; readonly task: KernelTask; readonly run: RunState; readonly requestId: number }
  /** `until`: the monotonic time at which the run is abandoned if it has not ended; `Infinity` for no limit. */
  | { readonly do: 'abort'; readonly task: KernelTask; readonly run: RunState; readonly until: number }
  | {
      readonly do: 'ended'
      readonly task: KernelTask
      readonly run: RunState
      readonly outcome: Outcome
      /** Only after the outcome `abandoned`: the request that waits for this run to end. */
      readonly queued?: RunRequest | undefined
    }
  /** An external task was unregistered while this run was active. */
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
      /** True if the host of the task reported the skip. */
      readonly told?: true
    }
  | {
      readonly do: 'miss'
      readonly task: KernelTask
      readonly count: number
      readonly atLeast: boolean
      readonly from: number
      readonly to: number
      readonly cause?: KnownLateness | undefined
      /** True if the host of the task reported the missed slots. */
      readonly told?: true
    }
  /** `at`: the monotonic time at which the timer fires. `Infinity` clears the timer. */
  | { readonly do: 'arm'; readonly task: KernelTask; readonly run: RunState | undefined; readonly at: number }
  | { readonly do: 'arm-stop'; readonly at: number }
  /** Requests the next slot. The answer is the event `slot-planned`. */
  | { readonly do: 'plan'; readonly task: KernelTask }
  | { readonly do: 'task-started'; readonly task: KernelTask }
  | {
      readonly do: 'task-stopped'
      readonly task: KernelTask
      readonly reason: 'stop' | 'unregistered' | 'finished' | 'gave-up'
    }
  | { readonly do: 'unregistered'; readonly task: KernelTask }
  | {
      readonly do: 'paused'
      readonly task: KernelTask
      /** The task was already paused until the same time. */
      readonly again: boolean
      readonly reason: string | undefined
      readonly by: string | undefined
    }
  | { readonly do: 'resumed'; readonly task: KernelTask; readonly cause: 'asked' | 'until' }
  | {
      readonly do: 'controlled'
      readonly task: KernelTask
      readonly control: Control
      readonly result: ControlResult
      readonly asked: Asked
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
  /** Answered by the event `host-stopped`. `until`: the monotonic time by which the host should stop. */
  | { readonly do: 'stop-host'; readonly task: KernelTask; readonly until: number }
  | { readonly do: 'host-expired'; readonly task: KernelTask }
  | { readonly do: 'ask-fleet'; readonly task: KernelTask; readonly question: FleetQuestion }
  | { readonly do: 'stop-ended' }
