import type { ErrorRecord } from '../base/error-record.ts'
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
  readonly error: ErrorRecord | undefined
  readonly annotations: Annotations | undefined
}
