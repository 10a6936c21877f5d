import type { Duration } from '../base/duration.ts'
import type { TaskInfo } from '../base/task-info.ts'
import type { LateCause, Outcome, TaskState } from '../base/words.ts'

/**
 * What a health rule may read about one task. Valid during the call only. Ages are milliseconds of loop time
 * (monotonic time without blocks of the event loop and suspends), so that a blocked event loop makes nobody look hung.
 */
export interface TaskFacts {
  readonly task: TaskInfo
  readonly state: TaskState
  /** Wall time. */
  readonly now: number
  /** Since the task was armed. */
  readonly armedMs: number
  /** Runs that ended, cancelled ones not counted. */
  readonly runs: number
  readonly failures: number
  readonly consecutiveFailures: number
  readonly lastOutcome: Outcome | undefined
  readonly lastDurationMs: number | undefined
  /** How late the newest run started after its slot. */
  readonly lastLatenessMs: number | undefined
  /** Why it did, where it is known. */
  readonly lastLateCause?: LateCause | undefined
  /** Since the last success; `undefined` before the first. */
  readonly sinceSuccessMs: number | undefined
  /** Slots that came due since the last success (or since it was armed), and the age of the oldest of them. */
  readonly unmetSlots: number
  readonly unmetMs: number
  /** The oldest live run: its age and the time since its last sign of life. */
  readonly oldest:
    | { readonly ageMs: number; readonly sinceBeatMs: number; readonly beats: number }
    | undefined
  /** An abandoned run blocks the next: how long since it was abandoned. */
  readonly stuckMs: number | undefined
  /** The 0.99 quantile of the durations of successes in the last minutes (else ever), and how many there were. */
  readonly p99Ms: number | undefined
  readonly samples: number
  /** Successes and failures of the last `window`, at most 6 h, without cancelled runs. */
  recent(window: Duration): { readonly succeeded: number; readonly failed: number }
  /** Restarts within the window of the task's budget, and that budget; 0 of 0 for tasks that are no loop. */
  readonly restarts: {
    readonly inWindow: number
    readonly limit: number
    readonly total: number
    readonly sinceLastMs: number | undefined
  }
  /** The budget is exhausted: parked, or given up. */
  readonly givenUp: 'parked' | 'failed' | 'stopped' | undefined
  /** A loop that should run and doesn't (it returned, or waits for its restart). */
  readonly downMs: number | undefined
  /** Longest time that a run held the event loop by itself in the last minutes. */
  readonly blockedMs: number
}
