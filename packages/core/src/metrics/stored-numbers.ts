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
 * Indexes of {@link RunNumbers.numbers}. `time` is the time of the sliding windows, `wall` the wall time of its last
 * update.
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

/** Numbers of a task that has run. */
export class RunNumbers {
  /** The two counters that every run adds to. */
  started = 0
  readonly outcomes = zeroOutcomes()
  consecutiveFailures = 0
  lastOutcome: Outcome | undefined
  /**
   * One array, because V8 stores each field that is not a small integer in a separate object. A missing time is `NaN`.
   */
  readonly numbers = noNumbers.slice()
  lateness: FewValues | Sketch | undefined
  /** Runs that ended, except cancelled ones. */
  ended: EndedRuns | undefined
  longestBlock: LongestBlock | undefined
}

/** Counters that every run adds to; they are in {@link RunNumbers}. */
export type RunCounter = 'started' | 'outcomes'
/** All other counters; they are in {@link ExtraNumbers}. */
export type ExtraCounter = Exclude<CounterName, RunCounter>

/** Numbers that most tasks never have. */
export class ExtraNumbers {
  /** Only the counters that have counted. */
  readonly counts: { [Name in ExtraCounter]?: number | Record<string, number> } = {}
  errors: ErrorClasses | undefined
  lastError: ErrorRecord | undefined
}
