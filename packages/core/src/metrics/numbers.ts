import type { ErrorRecord } from '../base/error-record.ts'
import type { Outcome, RestartCause, SkipReason } from '../base/words.ts'
import type { EndedRuns } from './ended-runs.ts'
import type { ErrorClasses } from './error-classes.ts'
import type { FewValues } from './few-values.ts'
import type { LongestBlock } from './longest-block.ts'
import type { Sketch } from './sketch.ts'
import { zeroOutcomes } from './zeros.ts'

/** The time that windows slide on, and the wall time up to which it has come: where they are in `RunNumbers.numbers`. */
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

/** What a task has that has run. */
export class RunNumbers {
  started = 0
  consecutiveFailures = 0
  readonly outcomes = zeroOutcomes()
  lastOutcome: Outcome | undefined
  /** In one array, since each field that is no whole number would be an object of its own. Times are `NaN` where there is none. */
  readonly numbers = noNumbers.slice()
  lateness: FewValues | Sketch | undefined
  /** Those that were not cancelled. */
  ended: EndedRuns | undefined
  longestBlock: LongestBlock | undefined
}

/** What most tasks never have. */
export class ExtraNumbers {
  settledLate = 0
  missed = 0
  retries = 0
  gaveUp = 0
  blockedMs = 0
  afterQuiet = 0
  skipped: Record<SkipReason, number> | undefined
  restarts: Record<RestartCause, number> | undefined
  units: Record<'succeeded' | 'failed' | 'cancelled', number> | undefined
  errors: ErrorClasses | undefined
  lastError: ErrorRecord | undefined
}
