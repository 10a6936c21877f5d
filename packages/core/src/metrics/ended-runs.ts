import type { RecentCounts } from './recent.ts'
import type { Distribution } from './task-metrics.ts'

/** How the runs of a task ended, and how long they took. Times are milliseconds from 0 that never decrease. */
export interface EndedRuns {
  readonly success: Distribution
  readonly failure: Distribution
  /** Durations of successes in the last 5 to 6 minutes before `nowMs`. */
  recentSuccess(nowMs: number): Distribution
  /** Durations of failures in the same window. */
  recentFailure(nowMs: number): Distribution
  /** Successes and failures of a window that ends at `nowMs`; for the precision see `RecentOutcomes`. */
  recent(windowMs: number, nowMs: number): RecentCounts
  /** Records a run. @returns the store to use from now on: after eight runs it is one with sketches */
  add(isSuccess: boolean, durationMs: number, atMs: number): EndedRuns
}
