import type { ErrorRecord } from '../base/error-record.ts'
import type { AbortCause } from '../base/errors.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'

/** One run that has ended. */
export interface RunRecord {
  readonly runId: string
  readonly trigger: Trigger
  readonly attempt: number
  readonly scheduledAt: number | undefined
  readonly startedAt: number
  readonly durationMs: number
  readonly latenessMs: number | undefined
  readonly outcome: Outcome
  /** Why its signal was aborted; absent if it was not. */
  readonly abortedFor?: AbortCause | undefined
  /**
   * The process that had the run; absent for this process. If it is another process, this process has taken the run
   * over, because the other process was lost (`abortedFor` is `'lease-lost'`) or stopped.
   */
  readonly instanceId?: string | undefined
  readonly error: ErrorRecord | undefined
  readonly annotations: Annotations | undefined
}
