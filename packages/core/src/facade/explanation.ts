import type { TaskState } from '../base/words.ts'
import type { ExhaustionMode, RestartMode } from '../restart/policy.ts'
import type { Lint } from './lints.ts'

/** A task in words and numbers, as it stands now. Plain data. */
export interface Explanation {
  readonly task: string
  readonly state: TaskState
  readonly paused: boolean
  readonly schedule: string
  /** ISO texts, at most 5; without jitter and spread. Of a task that is not armed yet, as if it were armed now. */
  readonly nextSlots: readonly string[]
  /** When the next run is due, jitter and spread included: an ISO text. */
  readonly nextRunAt: string | undefined
  readonly overlap: string
  readonly timeoutMs: number | undefined
  readonly abortGraceMs: number
  /** Of a loop. */
  readonly restart: RestartExplanation | undefined
  readonly rules: readonly RuleExplanation[]
  /** The variable of the environment that paused it. */
  readonly disabledBy: string | undefined
  readonly gatesReadiness: boolean
  readonly gatesLiveness: boolean
  readonly dependsOn: readonly string[]
  /** What is allowed and probably not meant. */
  readonly lints: readonly Lint[]
  /** All of it in sentences, one to a line. */
  readonly text: string
}

/** How a loop that ends as soon as it begins is restarted. */
export interface RestartExplanation {
  readonly mode: RestartMode
  /** The longest that it waits before each restart that the budget allows. */
  readonly delaysMs: readonly number[]
  readonly budget: { readonly restarts: number; readonly withinMs: number }
  readonly exhausted: ExhaustionMode
  /** From the first end until it is given up; `undefined` when the waits alone prevent it. */
  readonly timeToGiveUpMs: number | undefined
}

/** A health rule and what trips it. */
export interface RuleExplanation {
  readonly rule: string
  readonly text: string
  readonly restarts: boolean
}

/** What the environment says about the task. */
export interface ExplainedEnvironment {
  readonly variables: Readonly<Record<string, string>>
  readonly isObserved: boolean
  readonly isTaskDisabled: boolean
}
