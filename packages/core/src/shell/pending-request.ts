import type { AsyncResource } from 'node:async_hooks'
import type { RefusalReason, RestartRefusal } from '../base/words.ts'
import type { FleetAttempt, FleetRun } from '../fleet/fleet.ts'
import type { Callers } from '../observe/wrapped-run.ts'
import type { RunContext } from '../task/run-context.ts'
import type { TriggerResult } from '../task/task.ts'

export type RequestAnswer =
  | Extract<TriggerResult, { started: true }>
  | { readonly started: false; readonly reason: RefusalReason | RestartRefusal }

export interface PendingRequest<Run> {
  readonly input: unknown
  /** Data that observers have captured from the caller, for example its trace span. */
  readonly callers: Callers | undefined
  readonly context: AsyncResource | undefined
  readonly run: ((context: RunContext) => unknown) | undefined
  readonly fleet?: Pick<FleetRun, 'token' | 'requestedBy' | 'carrier'> & {
    readonly earlier: readonly FleetAttempt[]
    /** The instance id of this process. */
    readonly self: string
  }
  readonly onStarted: ((run: Run) => void) | undefined
  readonly onOutcome: (answer: RequestAnswer) => void
}
