import type { Outcome, RestartCause, SkipReason } from '../task.ts'
import type { ErrorRecord } from '../view.ts'
import type { ErrorClasses } from './error-classes.ts'
import type { LongestBlock } from './longest-block.ts'
import type { RecentOutcomes } from './recent.ts'
import type { Rolling } from './rolling.ts'
import type { Sketch } from './sketch.ts'
import { zeroOutcomes } from './zeros.ts'

/** What a task has that has run. Times are `NaN` where there is none: fields that are always numbers are not boxed anew. */
export class RunNumbers {
  readonly outcomes = zeroOutcomes()
  /** The time that windows slide on, and the wall time up to which it has come. */
  time = 0
  wall = Number.NaN
  startedAt = Number.NaN
  endedAt = Number.NaN
  successAt = Number.NaN
  failureAt = Number.NaN
  durationMs = Number.NaN
  latenessMs = Number.NaN
  beatAt = Number.NaN
  syncMaxMs = 0
  syncTotalMs = 0
  lastOutcome: Outcome | undefined
  success: Sketch | undefined
  failure: Sketch | undefined
  lateness: Sketch | undefined
  recentSuccess: Rolling | undefined
  recentFailure: Rolling | undefined
  recent: RecentOutcomes | undefined
}

/** What most tasks never have. */
export class RareNumbers {
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
  longestBlock: LongestBlock | undefined
}
