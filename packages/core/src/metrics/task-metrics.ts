import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome } from '../base/words.ts'
import type { TaskCounters } from '../events/counters.ts'

/** How values of one kind are distributed. Every quantile is within 2 % of the exact one. */
export interface Distribution {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** @param q - from 0 to 1. @returns `undefined` while there are no values. */
  quantile(q: number): number | undefined
}

/**
 * The numbers of one task since it was registered. Durations are milliseconds, times are wall time in milliseconds
 * since 1970.
 */
export interface TaskMetrics extends TaskCounters {
  /**
   * Errors by class name, including errors of retried attempts and failed units. The 20 classes that were most frequent
   * in the last hour are counted separately, all other classes together as `other`.
   */
  readonly errors: ReadonlyMap<string, number>
  readonly consecutiveFailures: number
  readonly lastStartedAt: number | undefined
  readonly lastEndedAt: number | undefined
  readonly lastSuccessAt: number | undefined
  readonly lastFailureAt: number | undefined
  readonly lastOutcome: Outcome | undefined
  readonly lastDurationMs: number | undefined
  readonly lastLatenessMs: number | undefined
  readonly lastError: ErrorRecord | undefined
  /** Durations of all successful runs. */
  readonly success: Distribution
  /** Durations of all runs that failed, timed out or were abandoned. */
  readonly failure: Distribution
  /** How late runs started after their slot and its jitter. */
  readonly lateness: Distribution
  /** Durations of the successes of the last 5 to 6 minutes. */
  readonly recentSuccess: Distribution
  /** Durations of the failures of the last 5 to 6 minutes. */
  readonly recentFailure: Distribution
  /** Longest time for which one run blocked the event loop before its first `await`. */
  readonly syncMaxMs: number
  /** Total time for which runs blocked the event loop before their first `await`. */
  readonly syncTotalMs: number
  readonly lastBeatAt: number | undefined
}
