import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome, RestartCause, SkipReason } from '../base/words.ts'

/** How values of one kind are spread, within 2 % of each. */
export interface Distribution {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** @param q - from 0 to 1. @returns `undefined` while there are no values. */
  quantile(q: number): number | undefined
}

/** The numbers of one task since it was registered. Always equal to the fold of its events. Times are milliseconds. */
export interface TaskMetrics {
  readonly started: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly settledLate: number
  readonly skipped: Readonly<Record<SkipReason, number>>
  readonly missed: number
  readonly retries: number
  readonly restarts: Readonly<Record<RestartCause, number>>
  /** How often it was parked or given up. */
  readonly gaveUp: number
  /** Errors by class name, retried ones too: the most frequent 20, the rest under `other`. */
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
  /** Durations since registration. */
  readonly success: Distribution
  readonly failure: Distribution
  readonly lateness: Distribution
  /** Durations of successes and failures of the last 6 minutes. */
  readonly recentSuccess: Distribution
  readonly recentFailure: Distribution
  /** Longest and total time in which its runs held the event loop before their first `await`. */
  readonly syncMaxMs: number
  readonly syncTotalMs: number
  /** Time for which it blocked the event loop for more than 50 ms: as measured before the first `await`, else the whole block if it is the likely cause. */
  readonly blockedMs: number
  readonly units: Readonly<Record<'succeeded' | 'failed' | 'cancelled', number>>
  readonly lastBeatAt: number | undefined
  /** Calls of an instrumented function after `stop()`, passed through untracked. */
  readonly afterQuiet: number
}
