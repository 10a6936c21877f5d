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

/** Counters of a task since its registration. The counters never decrease. */
export interface TaskCounters {
  /** Runs that have started. */
  readonly started: number
  /** Runs that have ended, by outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Abandoned runs whose function ended later. */
  readonly settledLate: number
  /** Skipped slots and triggers, by reason: the sum of the field `count` of all events `run.skipped`. */
  readonly skipped: Readonly<Record<SkipReason, number>>
  /** Slots that were missed, because no run started in time. */
  readonly missed: number
  /** Failed or timed-out attempts after which another attempt of the same run was planned. */
  readonly retries: number
  /**
   * Restarts that the restart policy has scheduled, by cause. Trials of a parked loop do not count. A manual restart
   * counts, as `manual`, only if the run that it aborted was abandoned and ended later.
   */
  readonly restarts: Readonly<Record<RestartCause, number>>
  /** How often the task was parked or given up. Each failed trial of a parked loop counts, too. */
  readonly gaveUp: number
  /**
   * Milliseconds for which the task blocked the event loop. For some blocks, Runwell cannot measure which task caused
   * them. Such a block is counted for the task that most likely caused it, if there is one.
   */
  readonly blockedMs: number
  /** Units of work that have ended, by outcome. */
  readonly units: Readonly<Record<UnitOutcome, number>>
  /**
   * Calls of an external task, such as calls of a function from `instrument()`, after a stop has forbidden new runs.
   * These calls are not recorded as runs. While a host with `control.stop` is being stopped, its calls are still runs.
   */
  readonly afterQuiet: number
}

export type CounterName = keyof TaskCounters

/**
 * The keys of each counter, or `'total'` for a counter with a single number.
 *
 * Add a new counter also to {@link TaskCounters}. If an event increases it, add it to this event in `catalogue.ts`,
 * too.
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
