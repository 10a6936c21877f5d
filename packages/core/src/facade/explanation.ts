import type { TaskState } from '../base/words.ts'
import type { TaskHealth } from '../health/status.ts'
import type { ExhaustionMode, RestartMode } from '../restart/policy.ts'
import type { TaskView } from '../task/view.ts'
import type { Lint } from './lints.ts'

/** The options and the current state of a task, as plain data. */
export interface Explanation {
  readonly task: string
  readonly state: TaskState
  readonly paused: boolean
  /** When the task resumes by itself, as an ISO text. */
  readonly pausedUntil: string | undefined
  /** The health, with current values in `reasons`. */
  readonly health: TaskHealth
  readonly schedule: string
  /** The next slots, at most 5, as ISO texts without jitter and spread. */
  readonly nextSlots: readonly string[]
  /** When the next run is due, with jitter and spread, as an ISO text. */
  readonly nextRunAt: string | undefined
  readonly overlap: string
  readonly timeoutMs: number | undefined
  readonly abortGraceMs: number
  /** How a loop would be restarted if it always ended immediately. */
  readonly restart:
    | {
        readonly mode: RestartMode
        /** The longest possible wait before each restart that the budget allows. */
        readonly delaysMs: readonly number[]
        readonly budget: { readonly restarts: number; readonly withinMs: number }
        readonly exhausted: ExhaustionMode
        /** How long the budget lasts at most; `undefined` if the waits never exhaust the budget. */
        readonly timeToGiveUpMs: number | undefined
      }
    | undefined
  /** The health rules, and when each opens and closes an episode. */
  readonly rules: readonly { readonly rule: string; readonly text: string; readonly restarts: boolean }[]
  /** The environment variable that paused the task. */
  readonly disabledBy: string | undefined
  readonly gatesReadiness: boolean
  readonly gatesLiveness: boolean
  readonly dependsOn: readonly string[]
  /** Probable mistakes in the options. */
  readonly lints: readonly Lint[]
  /** Where the task runs, if a fleet runs the task. */
  readonly fleet?: TaskView['fleet']
  /** The whole explanation in sentences, one per line. */
  readonly text: string
}

export interface ExplainedEnvironment {
  readonly variables: Readonly<Record<string, string>>
  readonly isObserved: boolean
  readonly isTaskDisabled: boolean
}
