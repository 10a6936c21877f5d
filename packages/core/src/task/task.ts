import type { Outcome, RefusalReason, RestartRefusal } from '../base/words.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskView } from './view.ts'

/** How a trigger or a spawn ended, or why there was no run. It always settles and never rejects. */
export type TriggerResult =
  | {
      readonly started: true
      readonly runId: string
      readonly outcome: Outcome
      readonly durationMs: number
      readonly error: Error | undefined
      readonly value: unknown
    }
  | { readonly started: false; readonly reason: RefusalReason }

/** What became of a restart by hand. */
export type RestartResult =
  | { readonly restarted: true }
  | { readonly restarted: false; readonly reason: RestartRefusal }

/** A registered task. */
export interface Task<Input = unknown> extends TaskView {
  readonly schedule: Schedule
  /**
   * Runs it now, as far as overlap allows. On a task that waits for its restart, or is parked, it is the trial.
   * @returns how that run ended, or why there was none; it always settles and never rejects.
   */
  trigger(input?: Input): Promise<TriggerResult>
  /** No run begins until `resume`. A live run of a loop is aborted, another goes on; slots are skipped. */
  pause(reason?: string): void
  /** A loop starts at once, a schedule goes on at its next slot. */
  resume(): void
  /** The live run goes on; the pending slot is dropped, and the new schedule counts from now, with the default rules that go with it. */
  reschedule(schedule: Schedule): void
  /**
   * Ends the live run and starts the next; clears backoff, park and failure, and costs no budget.
   * @returns once the next run has begun, or why it has not; it always settles and never rejects.
   */
  restart(): Promise<RestartResult>
  /** Aborts its runs and forgets the task. Resolves when the last run has ended or is abandoned; never rejects. */
  unregister(): Promise<void>
}
