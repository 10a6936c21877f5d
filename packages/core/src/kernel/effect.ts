import type {
  Outcome,
  Priority,
  RefusalReason,
  RestartCause,
  RestartRefusal,
  SkipReason,
} from '../base/words.ts'
import type { HealthEffect } from '../health/step-health.ts'
import type { RunState, TaskState } from './state.ts'

/**
 * What the shell has to do, in this order. `task` and `run` are the kernel's own records: read them at once and
 * change nothing.
 */
export type Effect =
  /** Call the function: the run has started (attempt 1), or its next attempt has. */
  | { readonly do: 'call'; readonly task: TaskState; readonly run: RunState; readonly requestId: number }
  /** Abort its signal; monotonic `until` is when it will count as abandoned. */
  | { readonly do: 'abort'; readonly task: TaskState; readonly run: RunState; readonly until: number }
  | { readonly do: 'ended'; readonly task: TaskState; readonly run: RunState; readonly outcome: Outcome }
  | { readonly do: 'settled-late'; readonly task: TaskState; readonly run: RunState }
  | { readonly do: 'retry'; readonly task: TaskState; readonly run: RunState; readonly delayMs: number }
  | { readonly do: 'ready'; readonly task: TaskState; readonly run: RunState; readonly how: 'ready' | 'beat' }
  | {
      readonly do: 'refuse'
      readonly task: TaskState | undefined
      readonly requestId: number
      readonly reason: RefusalReason
    }
  | {
      readonly do: 'skip'
      readonly task: TaskState
      readonly reason: SkipReason
      readonly count: number
      readonly atLeast: boolean
      readonly slot: number | undefined
    }
  | {
      readonly do: 'miss'
      readonly task: TaskState
      readonly count: number
      readonly atLeast: boolean
      readonly from: number
      readonly to: number
    }
  /** Arm the task's timer, or (`run`) that of one run. Monotonic; `Infinity` disarms. */
  | { readonly do: 'arm'; readonly task: TaskState; readonly run: RunState | undefined; readonly at: number }
  /** Arm the timer of the shutdown. */
  | { readonly do: 'arm-stop'; readonly at: number }
  /** Work out the first slot from now on and answer with `slot-planned`. */
  | { readonly do: 'plan'; readonly task: TaskState }
  | { readonly do: 'task-started'; readonly task: TaskState }
  | {
      readonly do: 'task-stopped'
      readonly task: TaskState
      readonly reason: 'stop' | 'unregistered' | 'finished' | 'gave-up'
    }
  | { readonly do: 'unregistered'; readonly task: TaskState }
  | { readonly do: 'paused'; readonly task: TaskState; readonly reason: string | undefined }
  | { readonly do: 'resumed'; readonly task: TaskState }
  | { readonly do: 'rescheduled'; readonly task: TaskState }
  | {
      readonly do: 'restart-scheduled'
      readonly task: TaskState
      readonly cause: RestartCause
      readonly delayMs: number
      readonly spacedMs: number
      readonly streak: number
    }
  | {
      readonly do: 'restart-refused'
      readonly task: TaskState | undefined
      readonly cause: RestartCause
      readonly reason: RestartRefusal
      readonly requestId: number
    }
  | {
      readonly do: 'restart-accepted'
      readonly task: TaskState
      readonly cause: RestartCause
      readonly requestId: number
    }
  | { readonly do: 'parked'; readonly task: TaskState; readonly cause: RestartCause }
  | {
      readonly do: 'gave-up'
      readonly task: TaskState
      readonly cause: RestartCause
      readonly how: 'escalate' | 'stop'
    }
  | { readonly do: 'stuck'; readonly task: TaskState; readonly run: RunState }
  | { readonly do: 'health'; readonly task: TaskState; readonly effect: HealthEffect }
  | { readonly do: 'stop-started' }
  | {
      readonly do: 'class-ended'
      readonly priority: Priority
      readonly tookMs: number
      readonly tasks: readonly string[]
      readonly abandoned: readonly string[]
    }
  /** Every class has ended or run out; what is left is to flush and to report. */
  | { readonly do: 'stop-ended' }
