import type { Outcome, RefusalReason, RestartRefusal } from '../base/words.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskView } from './view.ts'

/** How a triggered or spawned run ended, or why there was no run. */
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

/** The result of `restart()`. */
export type RestartResult =
  | { readonly restarted: true }
  | { readonly restarted: false; readonly reason: RestartRefusal }

/** Who calls a method such as `pause()`, and why. If either is set, the call emits `control.performed`. */
export interface ControlOptions {
  /** At most 200 characters. */
  readonly by?: string | undefined
  /** At most 1000 characters. */
  readonly reason?: string | undefined
}

/** A registered task. */
export interface Task<Input = unknown> extends TaskView {
  readonly schedule: Schedule
  /**
   * Runs the task now, if its option `overlap` allows. A loop that waits for its restart or is parked starts
   * now.
   * @returns how the run ended, or why there was none. The promise never rejects. A run that triggers its own
   * task gets the reason `queued` if the new run has to wait.
   */
  trigger(
    ...input: undefined extends Input
      ? [input?: Input, options?: ControlOptions]
      : [input: Input, options?: ControlOptions]
  ): Promise<TriggerResult>
  /**
   * Prevents runs until `resume()`, or until an instant: a Date, milliseconds since 1970, or an ISO text with
   * `Z` or an offset. The active run of a loop is aborted; a run of another task continues. A text is short
   * for `{ reason }`.
   */
  pause(options?: string | (ControlOptions & { readonly until?: Date | string | number | undefined })): void
  /** Ends a pause. A loop starts immediately, another task runs at its next slot. */
  resume(options?: ControlOptions): void
  /**
   * Replaces the schedule. The active run continues, the pending slot is dropped, and new slots are counted
   * from now. An equal schedule changes nothing, except `once({ after })` and schedules that start a run
   * immediately.
   */
  reschedule(schedule: Schedule, options?: ControlOptions): void
  /**
   * Ends the active run and starts the next. Clears backoff, park and failure, and does not use the restart
   * budget.
   * @returns whether the next run has started, or why not. The promise never rejects, and does not wait
   * inside a run of the task.
   */
  restart(options?: ControlOptions): Promise<RestartResult>
  /**
   * Aborts the active runs, or only the run `runId`. A run that outlives `abortGrace` is abandoned, except
   * for external tasks. A loop is then restarted as its policy says.
   * @returns the number of runs that it aborts
   */
  abort(options?: ControlOptions & { readonly runId?: string | undefined }): number
  /**
   * Aborts the runs of the task and removes it. Resolves when the last run has ended or is abandoned; never
   * rejects. Inside a run of the task, call `context.task.unregister()` instead.
   */
  unregister(options?: ControlOptions): Promise<void>
}
