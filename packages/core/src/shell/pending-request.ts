import type { RefusalReason, RestartRefusal } from '../base/words.ts'
import type { RunContext } from '../task/run-context.ts'
import type { TriggerResult } from '../task/task.ts'

/** What a {@link PendingRequest} is told: the outcome of its run, or why there was none. */
export type RequestAnswer =
  | Extract<TriggerResult, { started: true }>
  | { readonly started: false; readonly reason: RefusalReason | RestartRefusal }

/** What waits for a run that was asked for: its input, its function if it is spawned, and who wants to know. */
export interface PendingRequest<Run> {
  readonly input: unknown
  readonly run: ((context: RunContext) => unknown) | undefined
  readonly onStarted: ((run: Run) => void) | undefined
  readonly onOutcome: (answer: RequestAnswer) => void
}
