import type { Outcome, RefusalReason, RestartRefusal } from '../base/words.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskView } from './view.ts'

/** How a triggered or spawned run ended, or why no run started. */
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

/**
 * Options of methods such as `pause()`: who calls, and why. With `by` or `reason`, the call emits the event
 * `control.performed`.
 */
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
   * Requests a run now. The option `overlap` decides what happens during an active run. A parked loop, or a loop that
   * waits for its restart, starts now.
   * @returns how the run ended, or why no run started. The promise never rejects. If a run triggers its own task and
   * the new run has to wait, the reason is `queued`.
   * @throws `InvalidOptionError` for an invalid option. With a fleet, also for an input that JSON can't represent.
   */
  trigger(
    ...input: undefined extends Input
      ? [input?: Input, options?: ControlOptions]
      : [input: Input, options?: ControlOptions]
  ): Promise<TriggerResult>
  /**
   * Prevents runs until `resume()`, or until the instant `until`: a Date, milliseconds since 1970, or an ISO text
   * with `Z` or an offset. The active run of a loop is aborted. Active runs of other tasks continue. If a text is
   * given instead of the options, it is the reason. An external task without `control.pause` continues to run.
   * @throws `InvalidOptionError` for an invalid option, and if `until` is not in the future
   */
  pause(options?: string | (ControlOptions & { readonly until?: Date | string | number | undefined })): void
  /**
   * Ends a pause. A loop starts immediately, or when its aborted run has ended. A `once` task whose slot has passed
   * also starts immediately. Any other task runs at its next slot.
   */
  resume(options?: ControlOptions): void
  /**
   * Replaces the schedule. An active run continues. The pending slot is dropped, and new slots are counted from now.
   * A schedule that equals the current one changes nothing. Exceptions: `once({ after })`, and a schedule that starts
   * a run immediately.
   * @throws `InvalidOptionError` for an invalid schedule, and for a change to or from a loop. A task of a fleet, and
   * an external task, accept only some schedules.
   */
  reschedule(schedule: Schedule, options?: ControlOptions): void
  /**
   * Aborts all active runs and starts the next run when an aborted run has ended. If no run is active, the next run
   * starts now. This also applies to a parked, failed or finished task. The restart budget is not used. Tasks of a
   * fleet, external tasks and spawned work can't be restarted.
   * @returns whether the next run has started, or why not. The promise never rejects. If a run restarts its own task,
   * the promise does not wait for the next run.
   */
  restart(options?: ControlOptions): Promise<RestartResult>
  /**
   * Aborts all active runs, or only the run `runId`. A run that has not ended after `abortGrace` is abandoned, except
   * for external tasks. An aborted loop is restarted as its restart policy says.
   * @returns the number of aborted runs
   */
  abort(options?: ControlOptions & { readonly runId?: string | undefined }): number
  /**
   * Aborts the runs of the task and removes the task. The promise resolves when the last run has ended or is
   * abandoned, and never rejects. An external task is removed immediately, so the promise does not wait for its runs.
   * Inside a run of the task, call `context.task.unregister()` instead.
   */
  unregister(options?: ControlOptions): Promise<void>
}
