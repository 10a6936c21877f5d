import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome } from '../base/words.ts'
import type { CounterName } from '../events/counters.ts'
import type { EndedRuns } from './ended-runs.ts'
import type { ErrorClasses } from './error-classes.ts'
import type { FewValues } from './few-values.ts'
import type { LongestBlock } from './longest-block.ts'
import type { Sketch } from './sketch.ts'
import { zeroOutcomes } from './zeros.ts'

/**
 * The constants below are the indexes of {@link RunNumbers.numbers}. At `time` is the time at which the sliding windows
 * end: it never goes back, even if the clock is set back. At `wall` is the wall time at which `time` was last updated.
 */
export const time = 0
export const wall = 1
export const startedAt = 2
export const endedAt = 3
export const successAt = 4
export const failureAt = 5
export const durationMs = 6
export const latenessMs = 7
export const beatAt = 8
export const syncMaxMs = 9
export const syncTotalMs = 10

const { NaN: none } = Number
const noNumbers: readonly number[] = [0, none, none, none, none, none, none, none, none, 0, 0]

/** The numbers of a task that has run at least once. */
export class RunNumbers {
  started = 0
  readonly outcomes = zeroOutcomes()
  consecutiveFailures = 0
  lastOutcome: Outcome | undefined
  /**
   * One array for all, because V8 would store each field that is not a small integer as a separate object. `NaN`
   * means that there is no value yet.
   */
  readonly numbers = noNumbers.slice()
  lateness: FewValues | Sketch | undefined
  /** The runs that ended, without cancelled runs. */
  ended: EndedRuns | undefined
  longestBlock: LongestBlock | undefined
}

/** Every run increases these counters. They are stored in {@link RunNumbers}. */
export type RunCounter = 'started' | 'outcomes'
/** The other counters, which stay at 0 for most tasks. They are stored in {@link ExtraNumbers}. */
export type ExtraCounter = Exclude<CounterName, RunCounter>

/** Numbers that are missing for most tasks, so that these tasks take less memory. */
export class ExtraNumbers {
  /** Contains only the counters that are not 0. */
  readonly counts: { [Name in ExtraCounter]?: number | Record<string, number> } = {}
  errors: ErrorClasses | undefined
  lastError: ErrorRecord | undefined
}
