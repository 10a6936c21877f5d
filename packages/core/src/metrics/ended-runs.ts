import type { RecentCounts } from './recent.ts'
import type { Distribution } from './task-metrics.ts'

/** How the runs of a task ended, and how long they took. Instants are milliseconds that never go back, from 0 on. */
export interface EndedRuns {
  readonly success: Distribution
  readonly failure: Distribution
  /** Durations of successes in the last 5 to 6 minutes before `nowMs`. */
  recentSuccess(nowMs: number): Distribution
  recentFailure(nowMs: number): Distribution
  /** Successes and failures of a window that ends at `nowMs`; for the precision see `RecentOutcomes`. */
  recent(windowMs: number, nowMs: number): RecentCounts
  /** Counts a run. @returns what has counted it and all before it: there may be another way to keep so many */
  add(isSuccess: boolean, durationMs: number, atMs: number): EndedRuns
}
