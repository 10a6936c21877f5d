import type { Duration } from '../base/duration.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskBehavior } from './options.ts'
import type { RunContext } from './run-context.ts'
import type { Task } from './task.ts'

/** Options of a task that other code runs: its host, such as a library for cron jobs. */
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
   * When the host should run the task: `every`, `cron`, `schedules.once`, or `loop` for a connection. The
   * supervisor starts no runs, but reports each slot without a run. @defaultValue nothing is expected
   */
  readonly expects?: Schedule | undefined
  /**
   * How long after its slot a run may begin before the slot is missed.
   * @defaultValue half a period, at least `'30s'` and at most `'5m'`
   */
  readonly grace?: Duration | undefined
  /** The name of the host in messages, for instance `'node-cron'`. @defaultValue `'its host'` */
  readonly host?: string | undefined
  /**
   * Functions that control the host. All except `nextRunAt` may return a promise. Errors are written to the
   * console. Without a function, the method of the same name does not control the host.
   */
  readonly control?:
    | {
        /**
         * Runs the task now. The trigger is refused if this function throws or returns `false`, or if no run
         * begins within `grace`.
         */
        readonly trigger?: ((input: unknown) => unknown) | undefined
        readonly pause?: ((reason: string | undefined) => unknown) | undefined
        readonly resume?: (() => unknown) | undefined
        /** Makes the host start no more runs. Called by `unregister()`, and by a stop of the supervisor. */
        readonly stop?: ((deadline: Date) => unknown) | undefined
        readonly reschedule?: ((schedule: Schedule) => unknown) | undefined
        readonly nextRunAt?: (() => Date | null | undefined) | undefined
      }
    | undefined
  /** Makes TypeScript refuse a function as the options. */
  readonly apply?: never
}

export type HostControl = NonNullable<ExternalOptions['control']>

/**
 * A task that other code runs and reports with these methods. The methods throw only for invalid arguments;
 * `run()` also throws what its function throws.
 */
export interface ExternalTask<Input = unknown> extends Task<Input> {
  /**
   * Begins a run that `end()` ends. The run is not inside the contexts of observers, such as an active span:
   * for that, use `run()` or `wrap()`.
   */
  begin(
    input?: Input,
    options?: { readonly signal?: AbortSignal | undefined },
  ): {
    readonly context: RunContext<Input>
    /** Ends the run, as failed unless `error` is `undefined` or `null`. Further calls do nothing. */
    end(error?: unknown): void
  }
  /**
   * Calls `fn` as one run, and returns or throws what `fn` does. If `fn` returns a promise, the run ends when
   * the promise settles.
   */
  run<Result>(
    fn: (context: RunContext<Input>) => Result,
    options?: { readonly input?: Input; readonly signal?: AbortSignal | undefined },
  ): Result
  /**
   * Returns a function that behaves like `fn`; each call is a run. A second call of `wrap` with the same `fn`
   * returns the first wrapper and ignores `options`.
   * @param options - read the input and the signal of a run from the arguments of a call
   */
  wrap<Fn extends (...args: never[]) => unknown>(
    fn: Fn,
    options?: {
      readonly input?: ((...args: Parameters<Fn>) => Input) | undefined
      readonly signal?: ((...args: Parameters<Fn>) => AbortSignal | undefined) | undefined
    },
  ): Fn
  /**
   * Reports that the host has skipped `count` slots, by default 1. For the reasons `paused`, `standby`,
   * `parked` and `stopping`, health expects no success for these slots.
   */
  skipped(reason: string, count?: number): void
  /** Reports that the host has missed `count` slots, by default 1. */
  missed(count?: number): void
  /**
   * Reports that the connection of the task is up. With `expects: loop()`, the time until `down()` is a run.
   * A repeated call changes nothing.
   */
  up(): void
  /** Reports that the connection is down, or that an attempt to connect has failed with `error`. */
  down(error?: unknown): void
  /** Reports that the host has paused by itself. No run is expected until `hostResumed()`. */
  hostPaused(reason?: string): void
  hostResumed(): void
  /**
   * Reports that the host has another schedule now.
   * @throws `InvalidOptionError` if the task expects no runs at slots, or can't expect them by this schedule
   */
  hostRescheduled(schedule: Schedule): void
  /** Reports that the host has removed the task. Unlike `unregister()`, does not call `control.stop`. */
  hostRemoved(): Promise<void>
}
