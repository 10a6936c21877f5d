import type { Duration } from '../base/duration.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskBehavior } from './options.ts'
import type { RunContext } from './run-context.ts'
import type { Task } from './task.ts'

/**
 * Options of an external task. Other code, called the host, runs the task. An example of a host is a library for cron
 * jobs.
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
  /**
   * The name of the task, unique within a supervisor. It has at most 120 characters: a letter or digit, then letters,
   * digits and `_ . : / -`.
   */
  readonly name: string
  /**
   * When the host should run the task: `every`, `cron`, `schedules.once`, or `loop` for a connection. The supervisor
   * does not start these runs. It reports a slot without a run as missed. The slots of `every` count from the newest
   * run, unless you set `anchor: 'epoch'` or `phase`. Before the first run, they count from the start of the task. So
   * if the service restarts more often than the period, a host that no longer runs the task is not noticed. For long
   * periods, use `cron(…)`, or for instance `every('1d', { phase: '3h' })` for 03:00 UTC each day. With `cron`, no run
   * is expected at local times that a clock change skips or repeats, unless the expression is for every hour or you
   * set `dst`.
   * @defaultValue no runs are expected
   */
  readonly expects?: Schedule | undefined
  /**
   * How long after its slot a run may begin. If no run has begun by then, the slot is reported as missed. Without
   * slots in `expects`, this option has no effect.
   * @defaultValue half a period, at least `'30s'` and at most `'5m'`; `'5m'` for `once`
   */
  readonly grace?: Duration | undefined
  /** The name of the host in messages, for instance `'node-cron'`. @defaultValue `'its host'` */
  readonly host?: string | undefined
  /**
   * Functions that control the host. All except `nextRunAt` may return a promise. Errors are written to the console.
   * Without `trigger`, a trigger is refused. Without `reschedule`, `reschedule()` throws. Without `pause`, the host
   * continues to run a paused task.
   */
  readonly control?:
    | {
        /**
         * Makes the host run the task now. The trigger is refused if this function throws, if it returns `false`, or
         * if no run begins within `grace` (within 30 s for a task without slots).
         */
        readonly trigger?: ((input: unknown) => unknown) | undefined
        readonly pause?: ((reason: string | undefined) => unknown) | undefined
        readonly resume?: (() => unknown) | undefined
        /** Must make the host start no more runs. `unregister()` and a stop of the supervisor call this function. */
        readonly stop?: ((deadline: Date) => unknown) | undefined
        readonly reschedule?: ((schedule: Schedule) => unknown) | undefined
        readonly nextRunAt?: (() => Date | null | undefined) | undefined
      }
    | undefined
  /** Not an option: it makes TypeScript refuse a function instead of the options. */
  readonly apply?: never
}

export type HostControl = NonNullable<ExternalOptions['control']>

/**
 * A task that other code runs. The other code calls these methods to report what happens. The methods throw only for
 * invalid arguments. `run()` also throws what its function throws.
 *
 * After a stop has forbidden new runs, or after the task was unregistered, `begin()`, `run()` and `wrap()` record no
 * run. Exception: a host with `control.stop` may start runs until it has stopped. `run()` and the functions from
 * `wrap()` call their function in any case.
 */
export interface ExternalTask<Input = unknown> extends Task<Input> {
  /**
   * Begins a run. Call `end()` of the returned object to end the run. Observers can't give the run a context, such as
   * an active span: for that, use `run()` or `wrap()`.
   */
  begin(
    input?: Input,
    options?: { readonly signal?: AbortSignal | undefined },
  ): {
    readonly context: RunContext<Input>
    /**
     * Ends the run. If `error` is given and is not `null`, the run has failed, or was cancelled by an abort. Further
     * calls do nothing.
     */
    end(error?: unknown): void
  }
  /**
   * Calls `fn` as one run. Returns what `fn` returns, and throws what `fn` throws. If `fn` returns a promise, the run
   * ends when the promise settles.
   */
  run<Result>(
    fn: (context: RunContext<Input>) => Result,
    options?: { readonly input?: Input; readonly signal?: AbortSignal | undefined },
  ): Result
  /**
   * Returns a function that behaves like `fn`. Each call of the returned function is a run. A second call of `wrap`
   * with the same `fn` returns the same function and ignores `options`.
   * @param options - functions that get the arguments of a call and return the input or the signal of the run
   */
  wrap<Fn extends (...args: never[]) => unknown>(
    fn: Fn,
    options?: {
      readonly input?: ((...args: Parameters<Fn>) => Input) | undefined
      readonly signal?: ((...args: Parameters<Fn>) => AbortSignal | undefined) | undefined
    },
  ): Fn
  /**
   * Reports that the host has skipped `count` slots, by default 1. With the reasons `paused`, `standby`, `parked` and
   * `stopping`, a missing success at these slots does not make the health worse. While a task with `expects` or
   * `control.stop` is paused, the call is ignored.
   */
  skipped(reason: string, count?: number): void
  /**
   * Reports that the host has missed `count` slots, by default 1. While a task with `expects` or `control.stop` is
   * paused, the call is ignored.
   */
  missed(count?: number): void
  /**
   * Reports that the connection of the task is up. With `expects: loop()`, this begins a run that lasts until
   * `down()`. A repeated call changes nothing.
   */
  up(): void
  /** Reports that the connection is down. Also reports a failed attempt to connect, with its `error`. */
  down(error?: unknown): void
  /** Reports that the host has paused the task by itself. No run is expected until `hostResumed()`. */
  hostPaused(reason?: string): void
  hostResumed(): void
  /**
   * Reports that the host uses another schedule now.
   * @throws `InvalidOptionError` if `expects` has no slots, or if `expects` would not accept the new schedule
   */
  hostRescheduled(schedule: Schedule): void
  /** Reports that the host has removed the task. The task is unregistered without a call of `control.stop`. */
  hostRemoved(): Promise<void>
}
