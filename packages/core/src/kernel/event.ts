import type { RestartCause, Trigger } from '../base/words.ts'
import type { JudgedRule } from '../health/step-health.ts'
import type { KernelTask, TaskConfig } from './state.ts'

/** Slots that came due, as the shell worked them out with the schedule. `next` is the slot after them. */
export interface DueSlots {
  readonly count: number
  readonly atLeast: boolean
  readonly oldest: number
  readonly newest: number
  /** The newest of them, ascending; as many as misfire `all` may run. */
  readonly recent: readonly number[]
  /** How long ago the newest was due. */
  readonly lateMs: number
  readonly next: number | undefined
  /** Monotonic; `Infinity` when there is no next. */
  readonly nextDueAt: number
  /** `enabled()` said no. */
  readonly standby: boolean
}

/** Everything that can happen to a kernel. */
export type KernelEvent =
  /** `record` is a fresh one, from `newTask`; it belongs to the kernel from here on. */
  | { readonly type: 'register'; readonly task: string; readonly record: KernelTask }
  | { readonly type: 'unregister'; readonly task: string }
  | { readonly type: 'start' }
  /** `anew`: the time line was re-anchored, so the slot may lie before earlier ones. */
  | {
      readonly type: 'slot-planned'
      readonly task: string
      readonly slot: number | undefined
      readonly dueAt: number
      readonly anew: boolean
    }
  /** The armed time of a task (`run` 0) or of one of its runs has come. */
  | {
      readonly type: 'due'
      readonly task: string
      readonly run: number
      readonly slots: DueSlots | undefined
    }
  | {
      readonly type: 'trigger'
      readonly task: string
      readonly trigger: Trigger
      readonly requestId: number
      readonly standby: boolean
    }
  /** A function has ended. `predicateSaid` is what the user's restart predicate said. */
  | {
      readonly type: 'settled'
      readonly task: string
      readonly run: number
      readonly ok: boolean
      readonly predicateSaid: boolean | undefined
    }
  | { readonly type: 'ready'; readonly task: string; readonly run: number; readonly how: 'ready' | 'beat' }
  /** More grace for a run that is being stopped. */
  | { readonly type: 'extend'; readonly task: string; readonly run: number; readonly ms: number }
  | { readonly type: 'pause'; readonly task: string; readonly reason: string | undefined }
  | { readonly type: 'resume'; readonly task: string }
  | { readonly type: 'reschedule'; readonly task: string; readonly config: TaskConfig }
  /** `progress`: its run has shown a sign of life within the limit of the rule that asks. */
  | {
      readonly type: 'restart'
      readonly task: string
      readonly cause: Extract<RestartCause, 'manual' | 'unhealthy'>
      readonly requestId: number
      readonly progress: boolean
    }
  /** One run should end, because whoever spawned it says so. */
  | { readonly type: 'abort'; readonly task: string; readonly run: number }
  | {
      readonly type: 'judged'
      readonly task: string
      readonly rules: readonly JudgedRule[]
      /** Wall time since when it could be judged: until something is known, it is unknown since then. */
      readonly since: number
      readonly hasRun: boolean
      readonly runEnded: boolean
      readonly progress: boolean
    }
  /** Readiness goes; nothing is stopped yet. `deadline` is monotonic. `by` is the run that asked, or 0. */
  | {
      readonly type: 'stop'
      readonly deadline: number
      readonly classGraceMs: number
      readonly reserveMs: number
      readonly flushMs: number
      readonly drain: boolean
    }
  | { readonly type: 'stop-asked'; readonly task: string; readonly run: number }
  /** No run begins any more; the first class is told to end. */
  | { readonly type: 'quiet' }
  /** The armed time of the supervisor itself has come. */
  | { readonly type: 'stop-due' }
  /** The deadline has moved nearer: a second signal. */
  | { readonly type: 'hurry'; readonly deadline: number }
