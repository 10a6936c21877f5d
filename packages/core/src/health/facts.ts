import type { Duration } from '../base/duration.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, TaskState } from '../base/words.ts'

/**
 * What a health rule can read about one task, valid only while the rule is called. Ages are milliseconds of
 * awake time.
 */
export interface TaskFacts {
  readonly task: TaskInfo
  readonly state: TaskState
  /** Wall time. */
  readonly now: number
  /** Time since the task was armed, or since its last pause or standby ended. */
  readonly armedMs: number
  /** How long the task has been armed, without pauses and standbys. */
  readonly activeMs: number
  /** Runs that ended, without cancelled runs. */
  readonly runs: number
  readonly failures: number
  readonly consecutiveFailures: number
  readonly lastOutcome: Outcome | undefined
  readonly lastDurationMs: number | undefined
  /** How late the newest run started after its slot; spread and jitter do not count. */
  readonly lastLatenessMs: number | undefined
  /** Why the newest run started late, if known. */
  readonly lastLateCause?: LateCause | undefined
  /** Time since the last success, without pauses and standbys. */
  readonly sinceSuccessMs: number | undefined
  /** The number of slots that came due since the last success, and the age of the oldest slot. */
  readonly unmetSlots: number
  readonly unmetMs: number
  /**
   * For an external task: slots without a run since the last sign of life of its host. `ageMs` is the age of
   * the oldest slot. `lastStartedAt` is wall time.
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
   * Returns the active run whose start or last `beat()` is longest ago. With `beating`, only runs that have
   * called `beat()` count.
   */
  mostSilent(options?: { readonly beating?: boolean | undefined }): TaskFacts['oldest']
  /** How long an abandoned run has blocked the next run; otherwise `undefined`. */
  readonly stuckMs: number | undefined
  /**
   * The 0.99 quantile of the durations of recent successes, or of all successes if fewer than 20 are recent.
   * `samples` counts these successes.
   */
  readonly p99Ms: number | undefined
  readonly samples: number
  /** Successes and failures of the last `window`, at most 6 h, without cancelled runs. */
  recent(window: Duration): { readonly succeeded: number; readonly failed: number }
  /**
   * Restarts in the window of the restart budget (`inWindow`), and that budget (`limit`). Both are 0 unless
   * the task is a loop or an external connection.
   */
  readonly restarts: {
    readonly inWindow: number
    readonly limit: number
    readonly total: number
    readonly sinceLastMs: number | undefined
  }
  /** How the task was given up: it is parked, or it is not restarted any more. */
  readonly givenUp: 'parked' | 'failed' | 'stopped' | undefined
  /** How long a loop or an external connection has been down; otherwise `undefined`. */
  readonly downMs: number | undefined
  /** Whether a loop or an external connection has ever been up. */
  readonly hasBeenUp?: boolean | undefined
  /** The error with which an external connection went down. */
  readonly downError?: string | undefined
  /** How long the store of the fleet has been unreachable, and why. */
  readonly fleetDown?: { readonly ms: number; readonly error: string | undefined } | undefined
  /** The longest block of the event loop by a run in the last 5 to 6 min. */
  readonly blockedMs: number
}
