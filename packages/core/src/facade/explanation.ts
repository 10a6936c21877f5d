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
  /** When the pause ends by itself, as an ISO text. */
  readonly pausedUntil: string | undefined
  /** The health of the task. The texts in `reasons` show current values. */
  readonly health: TaskHealth
  readonly schedule: string
  /** The next slots (at most 5) as ISO texts. The times do not include jitter and spread. */
  readonly nextSlots: readonly string[]
  /**
   * The next slots in the time zone of the schedule, such as `04:00 Europe/Berlin`; with the date if it is not the
   * date in UTC. Empty for UTC and for schedules without a time zone.
   */
  readonly localSlots: readonly string[]
  /**
   * The longest delay of a run after its slot, in milliseconds: by spread, and by jitter. Both are 0 if the schedule
   * is not `every` or `cron`.
   */
  readonly slotDelay: { readonly spreadMs: number; readonly jitterMs: number }
  /** When the run of the next slot is due, as an ISO text. The time includes jitter and spread. */
  readonly nextRunAt: string | undefined
  readonly overlap: string
  readonly timeoutMs: number | undefined
  readonly abortGraceMs: number
  /**
   * The restart policy of a loop. `undefined` for other tasks and for external loops. The times assume that all runs
   * end immediately.
   */
  readonly restart:
    | {
        readonly mode: RestartMode
        /**
         * One entry for each restart that the budget allows: the longest wait before this restart, in milliseconds.
         * Empty for the mode `never`.
         */
        readonly delaysMs: readonly number[]
        readonly budget: { readonly restarts: number; readonly withinMs: number }
        readonly exhausted: ExhaustionMode
        /**
         * The longest time until the budget is used up, in milliseconds. `undefined` if the loop stays within its
         * budget with the longest waits. If jitter shortens the waits, the loop may still use up its budget.
         */
        readonly timeToGiveUpMs: number | undefined
      }
    | undefined
  /** The health rules. Each `text` says when the rule opens an episode, and when the rule closes the episode. */
  readonly rules: readonly { readonly rule: string; readonly text: string; readonly restarts: boolean }[]
  /** The environment variable that paused the task. */
  readonly disabledBy: string | undefined
  readonly gatesReadiness: boolean
  readonly gatesLiveness: boolean
  readonly dependsOn: readonly string[]
  /** Probable mistakes in the options. */
  readonly lints: readonly Lint[]
  /** The state of the task in its fleet. Absent if the task belongs to no fleet. */
  readonly fleet?: TaskView['fleet']
  /** The whole explanation in sentences, one per line. */
  readonly text: string
}

export interface ExplainedEnvironment {
  readonly variables: Readonly<Record<string, string>>
  readonly isObserved: boolean
  readonly isTaskDisabled: boolean
}
