import type { Duration } from '../base/duration.ts'
import type { Trigger, UnitOutcome } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { StopOptions } from '../shutdown/report.ts'
import type { ControlOptions, Task } from './task.ts'

/** The argument of a task's function. Its methods and `signal` work after destructuring: `({ signal, beat }) => …`. */
export interface RunContext<Input = unknown> {
  /**
   * The task of this run: its name, and methods that act on the task. The methods return immediately, so a run cannot
   * wait for its own end.
   */
  readonly task: {
    readonly name: string
    /** Requests another run. The option `overlap` decides what happens to the request. */
    trigger(input?: Input, options?: ControlOptions): void
    /** Requests that this run is aborted and the next one started. */
    readonly restart: (options?: ControlOptions) => void
    /** @throws `InvalidOptionError` for an invalid schedule, and for a change to or from a loop */
    readonly reschedule: (schedule: Schedule, options?: ControlOptions) => void
    readonly pause: Task['pause']
    /** Aborts the runs of the task, this one included, and removes the task once they have ended. */
    readonly unregister: (options?: ControlOptions) => void
    /** Returns the name. */
    toString(): string
  }
  readonly runId: string
  readonly trigger: Trigger
  /** 1 for the first attempt, one more for each further attempt. */
  readonly attempt: number
  /** The slot of this run; absent if no schedule started it. */
  readonly scheduledAt: Date | undefined
  readonly startedAt: Date
  /** The argument of `trigger(input)`. */
  readonly input: Input
  /**
   * With a fleet: a number that is higher for a later slot, and for each further attempt of a slot. A resource that
   * remembers the highest number can refuse a process that has lost its lease while it was frozen.
   */
  readonly fencingToken?: number | undefined
  /** Aborted when the run should end; its `reason` says why. Created on first access, so it costs nothing if unused. */
  readonly signal: AbortSignal
  /** Whether the run should end. Creates no signal. Read it from the context each time: a copy does not change. */
  readonly aborted: boolean
  /** Throws the abort reason if the run should end. Creates no signal. */
  readonly throwIfAborted: () => void
  /** Reports progress, optionally with a note. A loop that has called it and then stops calling it is judged hung. */
  readonly beat: (note?: string) => void
  /**
   * Adds texts, such as the id of a job, to the span, the later events and the history of the run. At most 8 texts of
   * at most 128 characters each. A later text replaces an earlier one of the same key.
   */
  readonly annotate: (annotations: Annotations) => void
  /** For loops: reports that the loop is up, for example connected. The option `readiness` can wait for this call. */
  readonly ready: () => void
  /** After a shutdown has aborted the run: requests more time, within the deadline. Returns the milliseconds left. */
  readonly extend: (by: Duration) => number
  /** Waits. Resolves early when the run should end, and never rejects: check `aborted` afterwards. */
  readonly sleep: (time: Duration) => Promise<void>
  /**
   * Runs one unit of work inside a run, such as a message. Each unit has its own outcome, duration and trace. Returns
   * what `fn` returns. Rethrows what `fn` throws, so a loop that does not catch the error fails with its first bad
   * message. To consume the items of a source, use `each()`. A unit counts as progress. Unlike `beat()`, it does not
   * start the hung timer: a consumer may wait a long time between units.
   */
  readonly unit: <Result>(name: string, fn: () => Result | Promise<Result>) => Promise<Result>
  /**
   * Consumes a source: calls `fn` for each item, as one `unit`. A unit that fails is counted and reported, and the next
   * item is taken. When the run should end, it takes no more items, waits for the active units and closes the source.
   *
   * The source is any iterable or async iterable: an array, a generator, a stream, `events.on(…)`. At most
   * `concurrency` items are handled at the same time; the next item is taken when one of these ends. After an abort,
   * `each` does not wait for an item that the source has not delivered yet, and does not handle it if it arrives later.
   *
   * @returns how the units ended, once the source has ended or the run should end. Rejects with the error of a source
   * that fails, and with an `InvalidOptionError` for a wrong argument.
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
       * What follows a unit that fails: `'continue'` takes the next item; `'throw'` takes no more items, waits for the
       * active units and rejects with the first error. @defaultValue `'continue'`
       */
      readonly onError?: 'continue' | 'throw' | undefined
    },
  ) => Promise<{ readonly [Outcome in UnitOutcome]: number }>
  /**
   * Requests a stop of the supervisor and returns immediately. This run is the last in its priority class that is
   * aborted, except for runs of tasks that its task depends on.
   */
  readonly stop: (options?: StopOptions) => void
}
