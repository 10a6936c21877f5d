import type { RecentCounts } from './recent.ts'
import type { Distribution } from './task-metrics.ts'

/** Counts and durations of the ended runs of a task. Calls must pass times that never decrease. */
export interface EndedRuns {
  readonly success: Distribution
  readonly failure: Distribution
  /** Durations of successes in the last 5 to 6 minutes. */
  recentSuccess(nowMs: number): Distribution
  /** Durations of failures in the last 5 to 6 minutes. */
  recentFailure(nowMs: number): Distribution
  recent(windowMs: number, nowMs: number): RecentCounts
  /** Records a run. The caller must replace this object by the returned object. */
  add(isSuccess: boolean, durationMs: number, atMs: number): EndedRuns
}
