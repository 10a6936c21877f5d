import type { Duration } from '../base/duration.ts'
import type { TraceOption } from '../base/task-info.ts'
import type { Priority, Scope } from '../base/words.ts'
import type { EventOf } from '../events/events.ts'
import type { HealthOption } from '../health/rule.ts'
import type { RestartMode, RestartPolicy } from '../restart/policy.ts'
import type { RetryPolicy } from '../restart/retry.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { RunContext } from './run-context.ts'

/**
 * What happens if a slot or a trigger comes while a run is active.
 *
 * - `'skip'`: no run starts for the slot or trigger.
 * - `'queue'`: the new run starts when the active run has ended. Only the newest slot or trigger waits.
 * - `'cancel-previous'`: the active run is aborted. The new run starts when the aborted run has ended.
 * - `{ parallel: 3 }`: up to 3 runs are active at the same time. While 3 runs are active, no further run starts.
 *
 * Two exceptions: several late slots with misfire `{ all: n }`, and the slot of a `once` task, wait until they can
 * run.
 */
export type Overlap = 'skip' | 'queue' | 'cancel-previous' | { readonly parallel: number }

/** A service-level objective: the ratio of runs that should succeed. */
export interface Slo {
  /** A ratio between 0 and 1, for instance `0.99`. */
  readonly target: number
  /**
   * The time for which the objective is agreed. Runwell only passes it on, as `info.slo.windowMs`: the limits of the
   * alert `RunwellTaskBudgetBurn` are always those for 30 days.
   * @defaultValue `'30d'`
   */
  readonly window?: Duration | undefined
}

/** How a task behaves. All options are optional. */
export interface TaskBehavior {
  /**
   * The module, plugin or team that is responsible for the task. All tasks of an owner can be unregistered together.
   * @defaultValue `'app'`
   */
  readonly owner?: string | undefined
  /**
   * The group of tasks to which the task belongs. Each category becomes a value of a metric attribute, so use few
   * categories.
   * @defaultValue from the option `categories` of the supervisor; without a matching prefix, `'default'`
   */
  readonly category?: string | undefined
  /**
   * The order at shutdown: tasks of priority `low` stop first, then `normal`, `high` and `critical`. While a
   * `critical` task is unhealthy, the process is unhealthy, too.
   * @defaultValue `'normal'`
   */
  readonly priority?: Priority | undefined
  /**
   * What happens if a slot or a trigger comes while a run is active. `'skip'`: no run starts for it. `'queue'`: it
   * waits for the end of the run. `'cancel-previous'`: the active run is aborted, then the new run starts.
   * `{ parallel: n }`: up to n runs are active at the same time. A loop can only have `'skip'`. Two exceptions: several
   * late slots with misfire `{ all: n }`, and the slot of a `once` task, wait until they can run.
   * @defaultValue `'skip'`
   */
  readonly overlap?: Overlap | undefined
  /**
   * The longest time of one attempt, at most `'365d'`. After this time, the attempt is aborted as `timed-out`. If it
   * has not ended `abortGrace` later, the run is `abandoned`.
   * @defaultValue none
   */
  readonly timeout?: Duration | undefined
  /**
   * How long a run may continue after its signal was aborted. After this time, the outcome of the run is `abandoned`.
   * During a stop, `classGrace` of the stop replaces this time. At most `'365d'`.
   * @defaultValue `'5s'`
   */
  readonly abortGrace?: Duration | undefined
  /**
   * How many abandoned runs may still be active when a new run starts. While more abandoned runs are active, no new
   * run starts.
   * @defaultValue `0`; for spawned work `max`
   */
  readonly allowAbandoned?: number | undefined
  /**
   * Whether and when a loop is restarted after a run has ended. Other tasks can't have `restart`.
   * @defaultValue `always()`
   */
  readonly restart?: RestartPolicy | RestartMode | undefined
  /**
   * How a failed or timed-out run is retried. A retry is made only if it is due before the next slot. For a loop, use
   * `restart`: the restart budget does not count the retries within a run.
   * @defaultValue none
   */
  readonly retry?: RetryPolicy | undefined
  /**
   * Functions that are called when this task fails, recovers, is parked or is given up. An error of such a function
   * is written to the console, and the task continues. To watch all tasks, attach an observer.
   */
  readonly on?:
    | {
        /**
         * Called when a run has failed, has timed out or was abandoned. With `retry`, called after the last attempt.
         */
        readonly failure?: ((event: EventOf<'run.ended'>) => unknown) | undefined
        /**
         * Called at the first success after one or more failures. A loop has recovered when a later run calls
         * `ready()` or `beat()`, ends a unit, or has lasted for 10 s. For a `loop({ ready: true })`, the 10 s do not
         * count. Times are in milliseconds since 1970.
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
        /** Called when a loop is parked or given up, and when the trial of a parked loop has failed. */
        readonly parked?: ((event: EventOf<'task.parked' | 'task.gave-up'>) => unknown) | undefined
      }
    | undefined
  /**
   * Health rules that replace the default rules. With `{ add }`, the default rules remain, and the rules in `add` are
   * added.
   */
  readonly health?: HealthOption | undefined
  /**
   * The names of tasks that this task needs. A stop ends this task before it ends those tasks. This task also runs
   * while those tasks are down. To skip such runs, use `enabled`.
   */
  readonly dependsOn?: readonly string[] | undefined
  /**
   * A function that is called at each slot and trigger. If it does not return `true`, or throws, the slot is skipped
   * or the trigger is refused, with reason `standby`. Exceptions: the slot of a `once` task waits, and the function
   * is called again every second. In a fleet, another process may run the slot. Use this option for tasks that only
   * a leader runs. A loop can't have `enabled`.
   */
  readonly enabled?: (() => boolean) | undefined
  /**
   * Registers the task as if `pause()` were called at once: it does not run until `resume()` is called. A text, such
   * as `'not the leader'`, is the reason of the pause. A task that a fleet runs can't have this option.
   * @defaultValue `false`
   */
  readonly paused?: boolean | string | undefined
  /**
   * A function that returns the last slot that an earlier process has handled, or `undefined` or `null` if no slot is
   * known. Slots between that slot and the start of this process count as late, so `catchUp` and `misfire` of the
   * schedule apply to them. Only for `cron`, and for `every` with `anchor: 'epoch'`. Other tasks, and tasks of a
   * fleet, ignore it. A loop can't have `lastSlot`.
   */
  readonly lastSlot?: (() => Date | null | undefined | Promise<Date | null | undefined>) | undefined
  /**
   * Whether the process is ready only after this task is ready.
   * @defaultValue `true` for critical tasks with slots, and for critical loops with `ready: true`
   */
  readonly readiness?: boolean | undefined
  /**
   * When the task is ready. `'armed'`: a loop is ready when it has called `ready()` or `beat()`, or has ended a unit.
   * Any other task is ready after the start of the supervisor. `'first-success'`: the task is ready after its first
   * success.
   * @defaultValue `'armed'`
   */
  readonly readyWhen?: 'armed' | 'first-success' | undefined
  /**
   * Whether the liveness probe fails after this task was given up. Only for loops with `exhausted: 'escalate'`. Tasks
   * that are not loops can only have `liveness: false`.
   * @defaultValue `true`
   */
  readonly liveness?: boolean | undefined
  /**
   * Where the task must succeed. `'instance'`: in each process. `'service'`: in any one process. In a fleet, one
   * process runs each slot of a `'service'` task. If that process dies, another process runs the slot again.
   * @defaultValue `'instance'`
   */
  readonly scope?: Scope | undefined
  /**
   * How many ended runs are kept for `history()`, 0 to 1000. Or an object: `{ for: '24h', runs: 500 }` keeps the runs
   * of the last 24 h, but at most 500 runs. `runs` is 1 to 10000, by default 1000.
   * @defaultValue `20`
   */
  readonly history?: number | { readonly runs?: number | undefined; readonly for: Duration } | undefined
  /**
   * How many runs may be active at the same time. While this many runs are active, slots are skipped, and triggers
   * and `spawn()` are refused. Only for spawned work and for tasks with `overlap: { parallel: n }`: other tasks can't
   * have this option.
   * @defaultValue `10_000` for spawned work; otherwise n
   */
  readonly max?: number | undefined
  /** The address of a web page that says what to do when this task is unhealthy. */
  readonly runbook?: string | undefined
  /**
   * An object such as `{ target: 0.99 }`: the ratio of runs that should succeed. The alert `RunwellTaskBudgetBurn`
   * fires if runs fail much more often than this ratio allows.
   */
  readonly slo?: Slo | undefined
  /**
   * Which runs are traced: `'on'` for all, `'off'` for none, `{ ratio: 0.1 }` for about one in ten. With a ratio, some
   * runs may always be traced: the README of the package that traces the runs lists them. @defaultValue `'on'`
   */
  readonly trace?: TraceOption | undefined
}

/** Options of `supervisor.register()`. */
export interface TaskOptions<Input = unknown> extends TaskBehavior {
  /**
   * The name of the task, unique within a supervisor. It has at most 120 characters: a letter or digit, then letters,
   * digits and `_ . : / -`.
   */
  readonly name: string
  /**
   * When the task runs. With `manual()`, the task runs only after `trigger()` or `restart()`.
   * @defaultValue `manual()`
   */
  readonly schedule?: Schedule | undefined
  /**
   * The function of the task. The run succeeds if the function returns or its promise resolves. The run fails if the
   * function throws or its promise rejects. If Runwell aborted the run before it ended, it is `cancelled` or
   * `timed-out` in both cases. The run also fails if the function returns a generator, because nothing would run the
   * code of the generator.
   */
  readonly run: (context: RunContext<Input>) => unknown
}
