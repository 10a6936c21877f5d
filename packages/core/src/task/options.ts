import type { Duration } from '../base/duration.ts'
import type { TraceOption } from '../base/task-info.ts'
import type { Priority, Scope } from '../base/words.ts'
import type { EventOf } from '../events/events.ts'
import type { HealthOption } from '../health/rule.ts'
import type { RestartMode, RestartPolicy } from '../restart/policy.ts'
import type { RetryPolicy } from '../restart/retry.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { RunContext } from './run-context.ts'

/** What happens to a slot or trigger during an active run. */
export type Overlap = 'skip' | 'queue' | 'cancel-previous' | { readonly parallel: number }

/** A service-level objective: the ratio of runs that should succeed. */
export interface Slo {
  /** Ratio between 0 and 1, for instance `0.99`. */
  readonly target: number
  /** @defaultValue `'30d'` */
  readonly window?: Duration | undefined
}

/** How a task behaves. All options may be left out. */
export interface TaskBehavior {
  /**
   * The responsible module, plugin or team, whose tasks can be unregistered together. @defaultValue `'app'`
   */
  readonly owner?: string | undefined
  /**
   * A group of tasks. The name becomes a metric attribute, so use few different values.
   * @defaultValue from the option `categories` of the supervisor, else `'default'`
   */
  readonly category?: string | undefined
  /** The order at shutdown, lowest first. {@link Priority} explains `critical`. @defaultValue `'normal'` */
  readonly priority?: Priority | undefined
  /** What happens to a slot or trigger during an active run. A loop always skips. @defaultValue `'skip'` */
  readonly overlap?: Overlap | undefined
  /**
   * The longest time of one attempt, at most `'365d'`. Then the run is aborted: `timed-out`, or `abandoned`
   * after `abortGrace`. @defaultValue none
   */
  readonly timeout?: Duration | undefined
  /** How long a run may continue after its signal was aborted, before it is abandoned. @defaultValue `'5s'` */
  readonly abortGrace?: Duration | undefined
  /**
   * How many abandoned runs may continue without blocking the next run.
   * @defaultValue `0`; for spawned work `max`
   */
  readonly allowAbandoned?: number | undefined
  /** For loops: whether and when to restart. @defaultValue `always()` */
  readonly restart?: RestartPolicy | RestartMode | undefined
  /** Attempts after a failure, in the same run and before the next slot. Not for loops. @defaultValue none */
  readonly retry?: RetryPolicy | undefined
  /**
   * Functions that are called when something happens to the task. Errors of the functions are only written to
   * the console. To watch all tasks, attach an observer.
   */
  readonly on?:
    | {
        /** A run has failed, timed out or was abandoned; with `retry`, after its last attempt. */
        readonly failure?: ((event: EventOf<'run.ended'>) => unknown) | undefined
        /**
         * The first success after one or more failures, with times in milliseconds since 1970. A loop has
         * recovered once a later generation calls `ready()` or `beat()`, or has lived for 10 s.
         */
        readonly recovered?:
          | ((recovery: {
              readonly task: string
              readonly at: number
              /** When the first of the failed runs ended. */
              readonly failedSince: number
              /** The number of failed runs. */
              readonly failures: number
            }) => unknown)
          | undefined
        /** A loop is parked or given up, or a trial of a parked loop has failed. */
        readonly parked?: ((event: EventOf<'task.parked' | 'task.gave-up'>) => unknown) | undefined
      }
    | undefined
  /** Health rules that replace the default rules, or `{ add }` to add to them. */
  readonly health?: HealthOption | undefined
  /**
   * The names of tasks that this task needs. A stop ends this task first. This task also runs while those
   * tasks are down: to skip such runs, use `enabled`.
   */
  readonly dependsOn?: readonly string[] | undefined
  /**
   * Called at each slot and trigger. Unless `enabled` returns `true`, the slot is skipped or the trigger
   * refused, with reason `standby`. For tasks that only a leader runs.
   */
  readonly enabled?: (() => boolean) | undefined
  /** Returns the last slot that an earlier process handled. Catch-up continues from there. */
  readonly lastSlot?: (() => Date | undefined | Promise<Date | undefined>) | undefined
  /**
   * Whether the process is ready only once this task is.
   * @defaultValue `true` for critical tasks with slots, and for critical loops with `ready: true`
   */
  readonly readiness?: boolean | undefined
  /**
   * When the task is ready: once it is armed, or after its first success. A loop counts as armed after
   * `ready()` or `beat()`.
   * @defaultValue `'armed'`
   */
  readonly readyWhen?: 'armed' | 'first-success' | undefined
  /**
   * Makes the process no longer live if this task is given up and its restart policy escalates.
   * @defaultValue `true`
   */
  readonly liveness?: boolean | undefined
  /**
   * Where the task must succeed: in each process, or (`'service'`) in any one process.
   * @defaultValue `'instance'`
   */
  readonly scope?: Scope | undefined
  /**
   * The number of runs kept for `history()`, 0 to 1000. Or an object: the runs of the last `for`, at most
   * `runs` (1 to 10000, by default 1000). @defaultValue `20`
   */
  readonly history?: number | { readonly runs?: number | undefined; readonly for: Duration } | undefined
  /** How many runs of a `parallel` task or of spawned work may be active. @defaultValue `10_000` */
  readonly max?: number | undefined
  /** The address of a page that explains what to do when this task is unhealthy. */
  readonly runbook?: string | undefined
  /** The ratio of runs that should succeed, for alerts. */
  readonly slo?: Slo | undefined
  /** How the runs are traced. */
  readonly trace?: TraceOption | undefined
}

/** The options of `register`. */
export interface TaskOptions<Input = unknown> extends TaskBehavior {
  /** Unique within a supervisor. A letter or digit, then up to 119 of letters, digits and `_ . : / -`. */
  readonly name: string
  /** When the task runs. @defaultValue `manual()` */
  readonly schedule?: Schedule | undefined
  /** Performs one run. Return or resolve to succeed, throw or reject to fail. */
  readonly run: (context: RunContext<Input>) => unknown
}
