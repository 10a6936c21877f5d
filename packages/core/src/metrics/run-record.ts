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
  /** Why the run was aborted. Absent if it was not aborted. */
  readonly abortedFor?: AbortCause | undefined
  /** The health rule that aborted the run, to restart the task. Absent if no rule did. */
  readonly rule?: string | undefined
  /** If another process executed the run and was then lost or stopped: the id of that process. */
  readonly instanceId?: string | undefined
  readonly error: ErrorRecord | undefined
  readonly annotations: Annotations | undefined
}
