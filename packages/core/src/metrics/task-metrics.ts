import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome } from '../base/words.ts'
import type { TaskCounters } from '../events/counters.ts'

/** A summary of many values, such as durations. Quantiles are exact to 2 %. */
export interface Distribution {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** Returns a quantile, or `undefined` if there are no values. @param q - from 0 to 1, such as 0.5 for the median */
  quantile(q: number): number | undefined
}

/**
 * The metrics of one task since it was registered. Durations are in milliseconds. Times are wall times in
 * milliseconds since 1970.
 *
 * With a fleet, the metrics count only the runs of this process. But a success in another process also sets
 * `lastSuccessAt`, and resets `consecutiveFailures`.
 */
export interface TaskMetrics extends TaskCounters {
  /**
   * The number of errors by the name of the error class. Errors of retried attempts and of failed units count, too.
   *
   * At most 20 classes have their own count. The errors of all other classes are counted as `other`. If another class
   * becomes more frequent, it takes the place of the rarest class, whose errors are then counted as `other`.
   */
  readonly errors: ReadonlyMap<string, number>
  /**
   * How many runs have failed, timed out or were abandoned since the last success.
   *
   * A run of a loop that works does not end, so it has no success. Therefore the number is also 0 from the time when
   * a run of a loop is up and has lasted for `stableAfter`, by default 2 min.
   */
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
  /** How late runs started after their slots. A planned delay, such as `jitter`, does not count. */
  readonly lateness: Distribution
  /** Durations of the successes of the last 5 to 6 minutes. */
  readonly recentSuccess: Distribution
  /** Durations of the runs that failed, timed out or were abandoned in the last 5 to 6 minutes. */
  readonly recentFailure: Distribution
  /** The longest time for which a run blocked the event loop before its first `await`. */
  readonly syncMaxMs: number
  /**
   * The total time for which all ended runs blocked the event loop before their first `await`. Each attempt of a run
   * counts.
   */
  readonly syncTotalMs: number
  readonly lastBeatAt: number | undefined
}
