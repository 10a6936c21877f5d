import type { RecentCounts } from './recent.ts'
import type { Distribution } from './task-metrics.ts'

/**
 * Counts and durations of the ended runs of a task. All times are milliseconds, start at 0, and must not decrease from
 * call to call.
 */
export interface EndedRuns {
  readonly success: Distribution
  readonly failure: Distribution
  /** Returns the durations of the runs that succeeded in the last 5 to 6 minutes before `nowMs`. */
  recentSuccess(nowMs: number): Distribution
  /** Returns the durations of the runs that failed in the last 5 to 6 minutes before `nowMs`. */
  recentFailure(nowMs: number): Distribution
  /** Counts the runs that ended in the last `windowMs` before `nowMs`. `RecentOutcomes` describes the precision. */
  recent(windowMs: number, nowMs: number): RecentCounts
  /**
   * Records a run. Returns the object to use from now on: the same object, or a {@link ManyRuns} object when the ninth
   * run is added.
   */
  add(isSuccess: boolean, durationMs: number, atMs: number): EndedRuns
}
