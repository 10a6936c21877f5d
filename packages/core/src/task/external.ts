import type { Duration } from '../base/duration.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskBehavior } from './options.ts'
import type { RunContext } from './run-context.ts'
import type { Task } from './task.ts'

/**
 * Options of a task that other code runs: its host, such as a library for cron jobs or queues. The host decides when
 * the task runs.
 */
export interface ExternalOptions
  extends Pick<
    TaskBehavior,
    | 'owner'
    | 'category'
    | 'priority'
    | 'on'
    | 'health'
    | 'dependsOn'
    | 'enabled'
    | 'readiness'
    | 'readyWhen'
    | 'scope'
    | 'history'
    | 'runbook'
    | 'slo'
    | 'trace'
  > {
  /** Unique within a supervisor. A letter or digit, then up to 119 of letters, digits and `_ . : / -`. */
  readonly name: string
  /**
   * When the host should run it: `every`, `cron`, `schedules.once`, or `loop` for a connection that is up or down. The
   * supervisor starts nothing: it expects a run for each slot, and reports missing runs. With `every`, the next slot is
   * one period after the newest run, unless the anchor is `'epoch'`. @defaultValue nothing is expected
   */
  readonly expects?: Schedule | undefined
  /**
   * How long after its slot a run may begin. After that the slot is missed. @defaultValue half a period, at least
   * `'30s'` and at most `'5m'`
   */
  readonly grace?: Duration | undefined
  /** The name of the host in messages, for instance `'node-cron'`. @defaultValue `'its host'` */
  readonly host?: string | undefined
  /**
   * Functions that control the host. All except `nextRunAt` may return a promise. Their errors are written to the
   * console. After an error in `reschedule`, the old schedule stays.
   *
   * Without `trigger`, `trigger()` is refused with reason `external`. Without `reschedule`, `reschedule()` throws.
   * Without `pause`, `pause()` does not stop the host.
   */
  readonly control?:
    | {
        /**
         * Runs the task now. The trigger is refused if this function throws or returns `false`, or if no run begins
         * within `grace` (within 30 s for a task without slots).
         */
        readonly trigger?: ((input: unknown) => unknown) | undefined
        readonly pause?: ((reason: string | undefined) => unknown) | undefined
        readonly resume?: (() => unknown) | undefined
        /**
         * A stop calls this function when it reaches the class of the task, and so does `unregister()`. The host must
         * start no more runs.
         */
        readonly stop?: ((deadline: Date) => unknown) | undefined
        readonly reschedule?: ((schedule: Schedule) => unknown) | undefined
        readonly nextRunAt?: (() => Date | null | undefined) | undefined
      }
    | undefined
  /** Makes TypeScript refuse a function as the options, because every function has `apply`. */
  readonly apply?: never
}

export type HostControl = NonNullable<ExternalOptions['control']>

/**
 * A task that other code runs. Its host reports what happens with these methods. They throw only for invalid
 * arguments; `run()` also throws what its function throws.
 */
export interface ExternalTask<Input = unknown> extends Task<Input> {
  /**
   * Begins a run that `end()` ends. The code of the run is not called inside the contexts of observers, such as an
   * active span. For that, use `run()` or `wrap()`.
   *
   * The run is not tracked:
   * - after the task was unregistered
   * - while the task is paused, if it has neither `expects` nor `control.stop`
   * - once a stop forbids new runs; with `control.stop`, once the host has stopped
   */
  begin(
    input?: Input,
    options?: { readonly signal?: AbortSignal | undefined },
  ): {
    readonly context: RunContext<Input>
    /** Ends the run. The run has failed if `error` is neither `undefined` nor `null`. Further calls do nothing. */
    end(error?: unknown): void
  }
  /**
   * Calls `fn` as one run, and returns or throws what `fn` does. If `fn` returns a promise, the run ends when the
   * promise settles.
   */
  run<Result>(
    fn: (context: RunContext<Input>) => Result,
    options?: { readonly input?: Input; readonly signal?: AbortSignal | undefined },
  ): Result
  /**
   * Returns a wrapper that behaves as `fn`, with the name, the length and the properties of `fn`. Each call of the
   * wrapper is a run. A second call with the same function returns the first wrapper and ignores `options`.
   * @param options - functions that return the input and the signal of a run, from the arguments of a call
   */
  wrap<Fn extends (...args: never[]) => unknown>(
    fn: Fn,
    options?: {
      readonly input?: ((...args: Parameters<Fn>) => Input) | undefined
      readonly signal?: ((...args: Parameters<Fn>) => AbortSignal | undefined) | undefined
    },
  ): Fn
  /**
   * Reports that the host has not run `count` slots, and why. After the reasons `paused`, `standby`, `parked` and
   * `stopping`, health does not expect a success for these slots; after any other reason it does.
   */
  skipped(reason: string, count?: number): void
  /** Reports that the host has missed `count` slots. */
  missed(count?: number): void
  /**
   * Reports that the connection is up. With `expects: loop()` the time until `down()` is a run. For any other task,
   * this is the connection that its runs need. A repeated call changes nothing.
   */
  up(): void
  /** Reports that the connection is down, or that an attempt to connect has failed with `error`. */
  down(error?: unknown): void
  /** Reports that the host was paused without a call of `pause()`. No run is expected until `hostResumed()`. */
  hostPaused(reason?: string): void
  hostResumed(): void
  /**
   * Reports that the host has another schedule now.
   *
   * @throws {@link InvalidOptionError} if the task expects no runs at slots, or not by such a schedule
   */
  hostRescheduled(schedule: Schedule): void
  /** Reports that the host has removed the task. Like `unregister()`, but does not call `control.stop`. */
  hostRemoved(): Promise<void>
}
