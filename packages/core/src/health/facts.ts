import type { Duration } from '../base/duration.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, TaskState } from '../base/words.ts'

/**
 * What a health rule can read about one task. Valid only during the call. Ages are milliseconds of awake time:
 * monotonic time without the time in which the event loop was blocked or the machine was suspended. So a blocked event
 * loop makes no task look hung. Ages of the task, its runs and its unmet slots do not include pauses and standbys.
 */
export interface TaskFacts {
  readonly task: TaskInfo
  readonly state: TaskState
  /** Wall time. */
  readonly now: number
  /** Time since the task was armed, or since its last pause or standby ended. */
  readonly armedMs: number
  /** Time since the task was armed, without all its pauses and standbys. */
  readonly activeMs: number
  /** Number of runs that ended, without cancelled runs. */
  readonly runs: number
  readonly failures: number
  readonly consecutiveFailures: number
  readonly lastOutcome: Outcome | undefined
  readonly lastDurationMs: number | undefined
  /** How late the newest run started after its slot. */
  readonly lastLatenessMs: number | undefined
  /** Why the newest run started late, if known. */
  readonly lastLateCause?: LateCause | undefined
  /** Time since the last success, including pauses but not the current one; `undefined` before the first success. */
  readonly sinceSuccessMs: number | undefined
  /** Number of slots that came due since the last success (or since the task was armed), and the age of the oldest. */
  readonly unmetSlots: number
  readonly unmetMs: number
  /**
   * For an external task: the number of slots that came due without a run since the last sign of life of the host, the
   * age of the oldest of them, and the wall time at which the newest run started.
   */
  readonly missing?:
    | { readonly slots: number; readonly ageMs: number; readonly lastStartedAt: number | undefined }
    | undefined
  /** The oldest active run: its age and the time since its last `beat()`. */
  readonly oldest:
    | { readonly ageMs: number; readonly sinceBeatMs: number; readonly beats: number }
    | undefined
  /** For how long an abandoned run has blocked the next one; `undefined` if none does. */
  readonly stuckMs: number | undefined
  /** The 0.99 quantile of the durations of recent successes (of all if fewer than 20 are recent), and their number. */
  readonly p99Ms: number | undefined
  readonly samples: number
  /** Successes and failures of the last `window`, at most 6 h, without cancelled runs. */
  recent(window: Duration): { readonly succeeded: number; readonly failed: number }
  /**
   * Restarts within the window of the task's budget, and that budget; both 0 for tasks that are not loops. While the
   * task is parked or given up, both are as they were when that happened.
   */
  readonly restarts: {
    readonly inWindow: number
    readonly limit: number
    readonly total: number
    readonly sinceLastMs: number | undefined
  }
  /** The state of a task that is parked, or not restarted any more; `undefined` otherwise. */
  readonly givenUp: 'parked' | 'failed' | 'stopped' | undefined
  /**
   * How long a loop that should run, or the connection of an external task, has been down; `undefined` while it is up,
   * and for other tasks.
   */
  readonly downMs: number | undefined
  /** For a loop: whether it has ever been up. */
  readonly hasBeenUp?: boolean | undefined
  /** For an external task: the error with which its connection went down. */
  readonly downError?: string | undefined
  /** For a task with a fleet: how long the store has been unreachable, and why; `undefined` while it can be reached. */
  readonly fleetDown?: { readonly ms: number; readonly error: string | undefined } | undefined
  /** The longest time for which a run of the task blocked the event loop in the last 5 to 6 min. */
  readonly blockedMs: number
}
