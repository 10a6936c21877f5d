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
   * Runs the task now, if its overlap option allows. `input` is required unless its type allows `undefined`. A loop
   * that waits for its restart or is parked starts now.
   * @returns how that run ended, or why there was none. The promise always settles and never rejects. If a run triggers
   * its own task and the new run must wait for it, the reason is `queued`.
   */
  trigger(
    ...input: undefined extends Input
      ? [input?: Input, options?: ControlOptions]
      : [input: Input, options?: ControlOptions]
  ): Promise<TriggerResult>
  /**
   * Prevents runs until `resume`, or until an instant in the future: a Date, milliseconds since 1970, or an ISO text
   * with `Z` or an offset. The active run of a loop is aborted, a run of another task continues; slots are skipped. If
   * the task is paused already, the new call decides when the pause ends. A text is short for `{ reason }`, but emits
   * no `control.performed`.
   */
  pause(options?: string | (ControlOptions & { readonly until?: Date | string | number | undefined })): void
  /** Ends a pause. A loop starts immediately, another task runs at its next slot. */
  resume(options?: ControlOptions): void
  /**
   * Replaces the schedule, and the default health rules that depend on it. The active run continues, the pending slot
   * is dropped, and the slots of the new schedule are counted from now. An equal schedule changes nothing, except
   * `once({ after })` and schedules that start a run immediately.
   */
  reschedule(schedule: Schedule, options?: ControlOptions): void
  /**
   * Ends the active run and starts the next. Clears backoff, park and failure, and does not use the restart budget.
   * @returns whether the next run has started, or why not. The promise always settles and never rejects. If a run
   * restarts its own task, the promise does not wait for the next run.
   */
  restart(options?: ControlOptions): Promise<RestartResult>
  /**
   * Aborts the signal of the active runs, or of the run `runId` alone. A run that does not end within its grace is
   * abandoned, except for external tasks. A loop is then restarted as its restart policy says.
   * @returns the number of runs that it aborts
   */
  abort(options?: ControlOptions & { readonly runId?: string | undefined }): number
  /**
   * Aborts the runs of the task and removes it. Resolves when the last run has ended or is abandoned; never rejects. If
   * a run unregisters its own task, it resolves immediately. Before Node 24, such a call is recognized only before the
   * first `await` of the run: after that, call `context.task.unregister()` instead.
   */
  unregister(options?: ControlOptions): Promise<void>
}
