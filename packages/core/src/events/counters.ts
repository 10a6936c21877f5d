import {
  type Outcome,
  outcomes,
  type RestartCause,
  restartCauses,
  type SkipReason,
  skipReasons,
  type UnitOutcome,
  unitOutcomes,
} from '../base/words.ts'

/** The counters of a task since it was registered. They never decrease. */
export interface TaskCounters {
  /** Runs that started. */
  readonly started: number
  /** Runs that ended, by outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Abandoned runs whose function ended later. */
  readonly settledLate: number
  /** Slots and triggers that started no run, by reason. */
  readonly skipped: Readonly<Record<SkipReason, number>>
  /** Slots that could not be handled in time. */
  readonly missed: number
  /** Attempts that failed and were followed by another attempt in the same run. */
  readonly retries: number
  /** Restarts, by cause. */
  readonly restarts: Readonly<Record<RestartCause, number>>
  /** How often the task was parked or given up. */
  readonly gaveUp: number
  /**
   * Milliseconds for which the task blocked the event loop. This is the measured time before the first `await` of a
   * run, and the whole duration of a block that the task has probably caused.
   */
  readonly blockedMs: number
  /** Units of work that ended, by outcome. */
  readonly units: Readonly<Record<UnitOutcome, number>>
  /** Calls of an instrumented function after `stop()`. They are executed, but not recorded as runs. */
  readonly afterQuiet: number
}

export type CounterName = keyof TaskCounters

/**
 * For each counter: `'total'` if it is one number, or the list of its keys if it has several numbers, such as one for
 * each outcome. To add a counter, add it here and in {@link TaskCounters}, and add `counts` to an event in
 * `catalogue.ts`.
 */
export const counters = {
  started: 'total',
  outcomes,
  settledLate: 'total',
  skipped: skipReasons,
  missed: 'total',
  retries: 'total',
  restarts: restartCauses,
  gaveUp: 'total',
  blockedMs: 'total',
  units: unitOutcomes,
  afterQuiet: 'total',
} as const satisfies {
  readonly [Name in CounterName]: TaskCounters[Name] extends number
    ? 'total'
    : readonly (keyof TaskCounters[Name])[]
}
