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

/** Counters of a task since its registration. They never decrease. */
export interface TaskCounters {
  /** Runs that started. */
  readonly started: number
  /** Runs that ended, by outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Abandoned runs whose function ended later. */
  readonly settledLate: number
  /** Slots and triggers without a run, by reason. */
  readonly skipped: Readonly<Record<SkipReason, number>>
  /** Slots that could not be handled in time. */
  readonly missed: number
  /** Failed attempts that were followed by another attempt. */
  readonly retries: number
  /** Restarts, by cause. */
  readonly restarts: Readonly<Record<RestartCause, number>>
  /** How often the task was parked or given up. */
  readonly gaveUp: number
  /** Milliseconds for which the task blocked the event loop, as measured or as the probable cause. */
  readonly blockedMs: number
  /** Units of work that ended, by outcome. */
  readonly units: Readonly<Record<UnitOutcome, number>>
  /** Calls of an instrumented function after `stop()`. No run is recorded for them. */
  readonly afterQuiet: number
}

export type CounterName = keyof TaskCounters

/**
 * `'total'` for a single number, otherwise the keys of the numbers. Also add a new counter to {@link
 * TaskCounters} and to an event in `catalogue.ts`.
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
