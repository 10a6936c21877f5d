import type { Duration } from '../base/duration.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, TaskState } from '../base/words.ts'

/**
 * What a health rule can read about one task. The object is valid only while the rule is called.
 *
 * Ages are in milliseconds. Time in which the machine sleeps or the event loop is blocked does not count.
 */
export interface TaskFacts {
  readonly task: TaskInfo
  readonly state: TaskState
  /** Wall time in milliseconds since 1970. */
  readonly now: number
  /**
   * How long the task has been armed, that is, ready for its slots. After a pause or a standby, this time starts
   * again at 0.
   */
  readonly armedMs: number
  /** How long the task has been armed in total. Pauses and standbys do not count. */
  readonly activeMs: number
  /** The number of runs that have ended. Cancelled runs do not count. */
  readonly runs: number
  readonly failures: number
  /** For a loop, the number is 0 once a run is up and has lasted for `stableAfter`. */
  readonly consecutiveFailures: number
  readonly lastOutcome: Outcome | undefined
  readonly lastDurationMs: number | undefined
  /**
   * How late the newest run with a slot started, counted from its slot. A planned delay, such as `jitter`, does not
   * count.
   */
  readonly lastLatenessMs: number | undefined
  /** Why the newest run with a slot started late, if Runwell knows the cause. */
  readonly lastLateCause?: LateCause | undefined
  /** Time since the last success. Pauses and standbys do not count. `undefined` before the first success. */
  readonly sinceSuccessMs: number | undefined
  /**
   * How many slots came due since the last success, pause, reschedule or start of the task. Does not count slots
   * during a standby, and slots that a host has skipped as `paused`, `standby`, `parked` or `stopping`. `unmetMs` is
   * the age of the oldest counted slot.
   */
  readonly unmetSlots: number
  readonly unmetMs: number
  /**
   * For an external task: slots for which the host has begun no run.
   *
   * `slots` starts again at 0 when the host begins or ends a run, when it reports a skipped or missed slot, and after
   * a pause or reschedule. `ageMs` is the age of the oldest counted slot. `lastStartedAt` is the wall time at which
   * the last run started.
   */
  readonly missing?:
    | { readonly slots: number; readonly ageMs: number; readonly lastStartedAt: number | undefined }
    | undefined
  /** How many runs are active. */
  readonly activeRuns: number
  /**
   * The oldest active run. `ageMs` is the time since its start. `sinceBeatMs` is the time since its last `beat()` or
   * the end of its last unit; without either, the time since its start.
   */
  readonly oldest:
    | {
        readonly runId: string
        readonly ageMs: number
        readonly sinceBeatMs: number
        readonly beats: number
      }
    | undefined
  /**
   * How long ago the newest unit of the task ended in this process. Never longer than `armedMs`. If no unit has ended
   * yet, the same as `armedMs`.
   */
  readonly sinceUnitMs: number
  /**
   * In a fleet: how long ago the oldest active run of other processes started, measured in wall time. Absent if there
   * is none.
   */
  readonly elsewhereMs?: number | undefined
  /**
   * Returns the active run with the greatest `sinceBeatMs`.
   *
   * With `beating: true`, only runs that have called `beat()` are compared.
   */
  mostSilent(options?: { readonly beating?: boolean | undefined }): TaskFacts['oldest']
  /** How long abandoned runs have blocked the next run. `undefined` if they do not block it. */
  readonly stuckMs: number | undefined
  /**
   * The 0.99 quantile of the durations of successes, and the number of these successes (`samples`).
   *
   * The last 5 to 6 minutes count. With fewer than 20 successes in this time, all successes of the task count.
   */
  readonly p99Ms: number | undefined
  readonly samples: number
  /** Returns the numbers of successes and failures in the last `window`, at most 6 h. Cancelled runs do not count. */
  recent(window: Duration): { readonly succeeded: number; readonly failed: number }
  /**
   * Returns how many units of `unit()` and `each()` succeeded and failed in the last `window`, at most 6 h. All runs
   * of the task in this process count. Cancelled units do not count. The end of a unit does not cause an evaluation.
   */
  recentUnits(window: Duration): { readonly succeeded: number; readonly failed: number }
  /**
   * `limit` is the number of restarts that the restart budget allows in its time window. `inWindow` is the number of
   * restarts in this window. `inWindow` and `total` do not count calls of `restart()`. `sinceLastMs` is the time
   * since a restart was last scheduled or `restart()` was last called. It is `undefined` for an external connection.
   *
   * `limit`, `inWindow` and `total` are 0 unless the task is a loop or an external connection.
   */
  readonly restarts: {
    readonly inWindow: number
    readonly limit: number
    readonly total: number
    readonly sinceLastMs: number | undefined
  }
  /**
   * Set if the task is not restarted now. A `parked` task is retried later; a `failed` or `stopped` task is not
   * retried. While a parked task is retried, it stays `parked` until its run is stable.
   */
  readonly givenUp: 'parked' | 'failed' | 'stopped' | undefined
  /**
   * How long a loop or an external connection has been down. `undefined` if it is not down, and while a loop is
   * paused.
   */
  readonly downMs: number | undefined
  /**
   * True if the loop or the external connection has been up at least once. For this fact, a run of a loop without
   * `ready: true` is already up after 1 s.
   *
   * For another external task: true if its host has called `up()`, or a run has succeeded.
   */
  readonly hasBeenUp?: boolean | undefined
  /** The message of the error with which the external connection went down. */
  readonly downError?: string | undefined
  /**
   * How long this process could not use the store of the fleet, and the error. `undefined` while it can use the
   * store.
   */
  readonly fleetDown?: { readonly ms: number; readonly error: string | undefined } | undefined
  /** The longest time for which one run blocked the event loop, in the last 5 to 6 min. */
  readonly blockedMs: number
}
