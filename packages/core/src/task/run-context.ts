import type { Duration } from '../base/duration.ts'
import type { Trigger, UnitOutcome } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { StopOptions } from '../shutdown/report.ts'
import type { ControlOptions, Task } from './task.ts'

/** The argument of a task's function. Methods and `signal` may be destructured: `({ signal, beat }) => …`. */
export interface RunContext<Input = unknown> {
  /** The task of this run. The methods return immediately, so a run can't wait for its own end. */
  readonly task: {
    readonly name: string
    /** Requests another run, as the option `overlap` allows. */
    trigger(input?: Input, options?: ControlOptions): void
    /** Aborts this run, then starts the next. */
    readonly restart: (options?: ControlOptions) => void
    /** @throws `InvalidOptionError` for an invalid schedule, and for a change to or from a loop */
    readonly reschedule: (schedule: Schedule, options?: ControlOptions) => void
    readonly pause: Task['pause']
    /** Aborts all runs of the task, this one included, then removes the task. */
    readonly unregister: (options?: ControlOptions) => void
    /** Returns the name. */
    toString(): string
  }
  readonly runId: string
  readonly trigger: Trigger
  /** The number of the attempt, from 1. */
  readonly attempt: number
  /** The slot of this run, if any. */
  readonly scheduledAt: Date | undefined
  readonly startedAt: Date
  /** The argument of `trigger(input)`. */
  readonly input: Input
  /**
   * With a fleet: a number that grows with each slot and attempt. A resource that remembers the highest
   * number can refuse a process that has lost its lease.
   */
  readonly fencingToken?: number | undefined
  /** Aborted when the run should end; `signal.reason` says why. */
  readonly signal: AbortSignal
  /** Whether the run should end. Read `context.aborted` each time: a destructured copy does not change. */
  readonly aborted: boolean
  /** Throws the abort reason if the run should end. */
  readonly throwIfAborted: () => void
  /** Reports progress, optionally with a note. A loop that no longer calls `beat` is judged hung. */
  readonly beat: (note?: string) => void
  /**
   * Adds texts, such as a job id, to the span, the later events and the history of the run. At most 8 texts
   * of at most 128 characters each.
   */
  readonly annotate: (annotations: Annotations) => void
  /** For loops: reports that the loop is up. The option `readiness` can wait for this call. */
  readonly ready: () => void
  /** Requests more time after a shutdown has aborted the run. Returns the milliseconds left. */
  readonly extend: (by: Duration) => number
  /** Waits. Resolves early when the run should end, and never rejects: check `aborted` afterwards. */
  readonly sleep: (time: Duration) => Promise<void>
  /**
   * Runs one unit of work, such as a message, with its own outcome, duration and trace. Returns what `fn`
   * returns and rethrows what `fn` throws: to survive a bad message, use `each()`.
   *
   * A unit counts as progress but, unlike `beat()`, does not start the hung timer.
   */
  readonly unit: <Result>(name: string, fn: () => Result | Promise<Result>) => Promise<Result>
  /**
   * Consumes an iterable or async iterable, such as a stream: calls `fn` for each item, as one `unit`. A
   * failed unit is reported, then the next item is taken.
   *
   * When the run should end, waits for the active units and closes the source. An item that the source
   * delivers later is not handled.
   *
   * @returns how the units ended. Rejects with the error of a source that fails, and with an
   * `InvalidOptionError` for a wrong argument.
   * @example await each(queue.messages(), handle, { unit: 'message', concurrency: 4 })
   */
  readonly each: <Item>(
    items: Iterable<Item> | AsyncIterable<Item>,
    fn: (item: Awaited<Item>) => unknown,
    options?: {
      /** The name of the units. @defaultValue `'item'` */
      readonly unit?: string | undefined
      /** How many items are handled at the same time, 1 to 10,000. @defaultValue `1` */
      readonly concurrency?: number | undefined
      /**
       * After a failed unit, `'continue'` takes the next item. `'throw'` waits for the active units, then
       * rejects with the first error. @defaultValue `'continue'`
       */
      readonly onError?: 'continue' | 'throw' | undefined
    },
  ) => Promise<{ readonly [Outcome in UnitOutcome]: number }>
  /**
   * Requests a stop of the supervisor and returns immediately. This run is one of the last in its priority
   * class to be aborted.
   */
  readonly stop: (options?: StopOptions) => void
}
