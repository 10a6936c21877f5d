import type { Duration } from '../base/duration.ts'
import type { Trigger, UnitOutcome } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { StopOptions } from '../shutdown/report.ts'
import type { ControlOptions, Task } from './task.ts'

/** The argument of a task's function. You may destructure `signal` and the methods: `({ signal, beat }) => …`. */
export interface RunContext<Input = unknown> {
  /** The task of this run. Its methods return immediately, so a run can't wait for its own end. */
  readonly task: {
    readonly name: string
    /** Requests another run of the task. The option `overlap` decides whether and when it starts. */
    trigger(input?: Input, options?: ControlOptions): void
    /** Aborts all active runs of the task, including this run. Then starts the next run. */
    readonly restart: (options?: ControlOptions) => void
    /**
     * Replaces the schedule.
     * @throws `InvalidOptionError` for an invalid schedule, and for a change to or from a loop. A task of a fleet,
     * and an external task, accept only some schedules.
     */
    readonly reschedule: (schedule: Schedule, options?: ControlOptions) => void
    readonly pause: Task['pause']
    /** Aborts all runs of the task, including this run. Then removes the task. */
    readonly unregister: (options?: ControlOptions) => void
    /** Returns the name of the task. */
    toString(): string
  }
  readonly runId: string
  readonly trigger: Trigger
  /** The number of the attempt, from 1. */
  readonly attempt: number
  /** The slot of this run. `undefined` for a run without a slot. */
  readonly scheduledAt: Date | undefined
  readonly startedAt: Date
  /** The argument of `trigger(input)`. For an external task, the input that the host has given. */
  readonly input: Input
  /**
   * Only with a fleet: a number that is higher for each later slot and attempt. If a resource remembers the highest
   * number, it can refuse a process that has lost its lease. Retries within a process have the same number.
   */
  readonly fencingToken?: number | undefined
  /** Aborted when the run should end. `signal.reason` says why. */
  readonly signal: AbortSignal
  /** Whether the run should end. Read `context.aborted` each time, because a destructured copy does not change. */
  readonly aborted: boolean
  /** Throws the reason of the abort if the run should end. Does nothing before the run is aborted. */
  readonly throwIfAborted: () => void
  /**
   * Reports progress, optionally with a note of at most 200 characters. Once a run of a loop has called `beat()`, the
   * rule `hung` expects the next call, or the end of a unit, within its limit (by default 10 min).
   */
  readonly beat: (note?: string) => void
  /**
   * Adds texts, such as a job id, to the run. They appear in its span, its later events and its history. The function
   * of a run can add at most 8 texts, each of at most 128 characters: longer texts are cut, further texts are
   * ignored.
   * @throws `InvalidOptionError` unless `annotations` is an object whose properties can be read
   */
  readonly annotate: (annotations: Annotations) => void
  /**
   * Only for loops: reports that the loop is up. With the option `readiness`, the process is ready only after a call
   * of `ready()` or `beat()`, or after a unit has ended.
   */
  readonly ready: () => void
  /**
   * Requests more time after a shutdown has aborted the run. The stop may grant less than requested. Returns how many
   * milliseconds are left.
   */
  readonly extend: (by: Duration) => number
  /** Waits for this time, or until the run should end. The promise never rejects, so check `aborted` after it. */
  readonly sleep: (time: Duration) => Promise<void>
  /**
   * Runs one unit of work, such as a message. The unit has its own outcome, duration and trace. Returns what `fn`
   * returns and throws what `fn` throws. To continue after a failed unit, use `each()`.
   *
   * A unit counts as progress. But unlike `beat()`, it does not start the timer of the rule `hung`.
   */
  readonly unit: <Result>(name: string, fn: () => Result | Promise<Result>) => Promise<Result>
  /**
   * Calls `fn` for each item of an iterable or async iterable, such as a stream. Each call is one `unit`. A failed
   * unit is reported. Then the next item is taken, except with `onError: 'throw'`.
   *
   * When the run should end, this method waits for the active units and closes the source. Items that the source
   * delivers later are dropped.
   *
   * @returns how many units ended with each outcome. The promise rejects with the error of a source that fails, and
   * with an `InvalidOptionError` for a wrong argument.
   * @example await each(queue.messages(), handle, { unit: 'message', concurrency: 4 })
   */
  readonly each: <Item>(
    items: Iterable<Item> | AsyncIterable<Item>,
    fn: (item: Awaited<Item>) => unknown,
    options?: {
      /** The name of the units. @defaultValue `'item'` */
      readonly unit?: string | undefined
      /** How many units may be active at the same time, 1 to 10,000. @defaultValue `1` */
      readonly concurrency?: number | undefined
      /**
       * What happens after a failed unit. `'continue'`: the next item is taken. `'throw'`: `each()` waits for the
       * active units, then rejects with the first error.
       * @defaultValue `'continue'`
       */
      readonly onError?: 'continue' | 'throw' | undefined
    },
  ) => Promise<{ readonly [Outcome in UnitOutcome]: number }>
  /**
   * Requests a stop of the supervisor and returns immediately. This run is aborted last in its priority class: only
   * the tasks of this class that are in the `dependsOn` of its task stop later.
   */
  readonly stop: (options?: StopOptions) => void
}
