import type { Duration } from '../base/duration.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, TaskState } from '../base/words.ts'

/**
 * What a health rule can read about one task. The values are valid only while the rule is called. Ages are milliseconds
 * of awake time: monotonic time without the time in which the event loop was blocked or the machine was suspended. So a
 * blocked event loop makes no task look hung. The ages of the task, its runs and its unmet slots do not include pauses
 * and standbys.
 */
export interface TaskFacts {
  readonly task: TaskInfo
  readonly state: TaskState
  /** Wall time. */
  readonly now: number
  /** Time since the task was armed, or since its last pause or standby ended. */
  readonly armedMs: number
  /** How long the task has been armed, without all its pauses and standbys. */
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
  /** Time since the last success, without the pauses and standbys since then; `undefined` before the first. */
  readonly sinceSuccessMs: number | undefined
  /**
   * Slots that came due since the last success, or since the task was armed: their number, and the age of the oldest.
   */
  readonly unmetSlots: number
  readonly unmetMs: number
  /**
   * For an external task: slots that came due without a run since the last sign of life of its host. `slots` is their
   * number, `ageMs` is the age of the oldest, and `lastStartedAt` is the wall time at which the newest run started.
   */
  readonly missing?:
    | { readonly slots: number; readonly ageMs: number; readonly lastStartedAt: number | undefined }
    | undefined
  /** How many runs are active. */
  readonly activeRuns: number
  /** The oldest active run: its id, its age and the time since its last `beat()`. */
  readonly oldest:
    | {
        readonly runId: string
        readonly ageMs: number
        readonly sinceBeatMs: number
        readonly beats: number
      }
    | undefined
  /**
   * Of all active runs, the one that has shown no sign of life for longest: no `beat()`, or since its start if it has not
   * called `beat()`. With `beating`, only of those that have called it.
   */
  mostSilent(options?: { readonly beating?: boolean | undefined }): TaskFacts['oldest']
  /** How long an abandoned run has blocked the next run; `undefined` if no abandoned run blocks one. */
  readonly stuckMs: number | undefined
  /**
   * The 0.99 quantile of the durations of recent successes, and the number of these successes. If fewer than 20
   * successes are recent, all successes are used.
   */
  readonly p99Ms: number | undefined
  readonly samples: number
  /** Successes and failures of the last `window`, at most 6 h, without cancelled runs. */
  recent(window: Duration): { readonly succeeded: number; readonly failed: number }
  /**
   * Restarts within the window of the restart budget (`inWindow`), and that budget (`limit`). Both are 0 for a task
   * that is neither a loop nor an external connection. While the task is parked or given up, both are as they were when
   * that happened.
   */
  readonly restarts: {
    readonly inWindow: number
    readonly limit: number
    readonly total: number
    readonly sinceLastMs: number | undefined
  }
  /**
   * How the task was given up: it is parked, or it is not restarted any more; `undefined` otherwise. During a trial the
   * task counts as parked until the run is stable.
   */
  readonly givenUp: 'parked' | 'failed' | 'stopped' | undefined
  /**
   * How long a loop that should run, or the connection of an external task, has been down; `undefined` while it is up,
   * and for other tasks.
   */
  readonly downMs: number | undefined
  /** For a loop, or the connection of an external task: whether it has ever been up. */
  readonly hasBeenUp?: boolean | undefined
  /** For an external task: the error with which its connection went down. */
  readonly downError?: string | undefined
  /** For a task with a fleet: how long the store has been unreachable, and why; `undefined` while it can be reached. */
  readonly fleetDown?: { readonly ms: number; readonly error: string | undefined } | undefined
  /** The longest time for which a run of the task blocked the event loop in the last 5 to 6 min. */
  readonly blockedMs: number
}
