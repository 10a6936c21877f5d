import type { TaskState } from '../base/words.ts'
import type { TaskHealth } from '../health/status.ts'
import type { ExhaustionMode, RestartMode } from '../restart/policy.ts'
import type { TaskView } from '../task/view.ts'
import type { Lint } from './lints.ts'

/** Describes the options and the current state of a task in words and numbers, as plain data. */
export interface Explanation {
  readonly task: string
  readonly state: TaskState
  readonly paused: boolean
  /** When the task resumes by itself, as an ISO text. */
  readonly pausedUntil: string | undefined
  /** Its reasons contain the current values. */
  readonly health: TaskHealth
  readonly schedule: string
  /**
   * At most 5 slots, as ISO texts, without jitter and spread. Before the task is armed: the slots that it would have if
   * it were armed now.
   */
  readonly nextSlots: readonly string[]
  /** When the next run is due, with jitter and spread, as an ISO text. */
  readonly nextRunAt: string | undefined
  readonly overlap: string
  readonly timeoutMs: number | undefined
  readonly abortGraceMs: number
  /** For a loop: how it would be restarted if it always ended immediately. */
  readonly restart:
    | {
        readonly mode: RestartMode
        /** The longest possible wait before each restart that the budget allows. */
        readonly delaysMs: readonly number[]
        readonly budget: { readonly restarts: number; readonly withinMs: number }
        readonly exhausted: ExhaustionMode
        /**
         * The longest time from the first end until the budget is exhausted; `undefined` if the waits are so long that
         * the budget is never exhausted.
         */
        readonly timeToGiveUpMs: number | undefined
      }
    | undefined
  /** The health rules, and when the episode of each opens and closes. */
  readonly rules: readonly { readonly rule: string; readonly text: string; readonly restarts: boolean }[]
  /** The environment variable that paused the task. */
  readonly disabledBy: string | undefined
  readonly gatesReadiness: boolean
  readonly gatesLiveness: boolean
  readonly dependsOn: readonly string[]
  /** Options and measurements that are probably a mistake. */
  readonly lints: readonly Lint[]
  /** Where the task runs, for a task of scope `service` with a fleet. */
  readonly fleet?: TaskView['fleet']
  /** The whole explanation in sentences, one per line. */
  readonly text: string
}

/** The effect of environment variables on the task. */
export interface ExplainedEnvironment {
  readonly variables: Readonly<Record<string, string>>
  readonly isObserved: boolean
  readonly isTaskDisabled: boolean
}
