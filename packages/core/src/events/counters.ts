import { outcomes, restartCauses, skipReasons, unitOutcomes } from '../base/words.ts'

/**
 * The counters of a task, each a total or one count for each word of a list. They only grow. A counter that is added
 * here appears in `TaskMetrics`; the row of an event in `catalogue.ts` says when it counts.
 */
export const counters = {
  /** Runs that started. */
  started: 'total',
  /** Runs that ended, by outcome. */
  outcomes,
  /** Abandoned runs that ended after all. */
  settledLate: 'total',
  /** Slots and triggers that gave no run, by reason. */
  skipped: skipReasons,
  /** Slots that came due while the event loop was blocked or the machine slept. */
  missed: 'total',
  /** Attempts that failed and were followed by another within the run. */
  retries: 'total',
  /** Restarts, by cause. */
  restarts: restartCauses,
  /** How often the task was parked or given up. */
  gaveUp: 'total',
  /**
   * Milliseconds for which the task blocked the event loop: as measured before the first `await`, else whole blocks of the
   * likely suspect.
   */
  blockedMs: 'total',
  /** Units of work that ended, by outcome. */
  units: unitOutcomes,
  /** Calls of an instrumented function after `stop()`, passed through untracked. */
  afterQuiet: 'total',
} as const satisfies Readonly<Record<string, 'total' | readonly string[]>>

export type CounterName = keyof typeof counters

/** The counts of a task since it was registered. */
export type TaskCounters = {
  readonly [Name in CounterName]: (typeof counters)[Name] extends readonly (infer Word extends string)[]
    ? Readonly<Record<Word, number>>
    : number
}
