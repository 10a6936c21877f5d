import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome } from '../base/words.ts'
import type { CounterName } from '../events/counters.ts'
import type { EndedRuns } from './ended-runs.ts'
import type { ErrorClasses } from './error-classes.ts'
import type { FewValues } from './few-values.ts'
import type { LongestBlock } from './longest-block.ts'
import type { RecentOutcomes } from './recent.ts'
import type { Sketch } from './sketch.ts'
import { zeroOutcomes } from './zeros.ts'

/**
 * The indexes of {@link RunNumbers.numbers}. The number at `time` is the end of the sliding windows; it never
 * decreases.
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

export class RunNumbers {
  started = 0
  readonly outcomes = zeroOutcomes()
  consecutiveFailures = 0
  lastOutcome: Outcome | undefined
  /** V8 would store most of these numbers as separate objects if they were fields. `NaN` means no value yet. */
  readonly numbers = noNumbers.slice()
  lateness: FewValues | Sketch | undefined
  /** Runs that have ended. Cancelled runs do not count. */
  ended: EndedRuns | undefined
  longestBlock: LongestBlock | undefined
}

export type RunCounter = 'started' | 'outcomes'
/**
 * These counters stay at 0 for most tasks. So a task gets its `ExtraNumbers` only when one of them changes, which
 * saves memory.
 */
export type ExtraCounter = Exclude<CounterName, RunCounter>

export class ExtraNumbers {
  readonly counts: { [Name in ExtraCounter]?: number | Record<string, number> } = {}
  errors: ErrorClasses | undefined
  units: RecentOutcomes | undefined
  lastError: ErrorRecord | undefined
}
