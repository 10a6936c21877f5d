import type { Duration } from '../base/duration.ts'
import type { TraceOption } from '../base/task-info.ts'
import type { Priority, Scope } from '../base/words.ts'
import type { HealthOption } from '../health/rule.ts'
import type { RestartMode, RestartPolicy } from '../restart/policy.ts'
import type { RetryPolicy } from '../restart/retry.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { RunContext } from './run-context.ts'

/** What may happen when a slot comes due while the task runs. */
export type Overlap = 'skip' | 'queue' | 'cancel-previous' | { readonly parallel: number }

/** A service-level objective: the share of runs that should succeed. */
export interface Slo {
  /** Share from 0 to 1, for instance `0.99`. */
  readonly target: number
  /** @defaultValue `'30d'` */
  readonly window?: Duration | undefined
}

/** Everything that says how a task behaves, besides its name and its function. All of it is optional. */
export interface TaskBehavior {
  /** Who is responsible: a module, a plugin, a team. All tasks of an owner can leave together. @defaultValue `'app'` */
  readonly owner?: string | undefined
  /** A small closed set of your own, for grouping; it becomes a metric attribute. @defaultValue `'default'` */
  readonly category?: string | undefined
  /** Order at shutdown, lowest first; what `critical` means is said at {@link Priority}. @defaultValue `'normal'` */
  readonly priority?: Priority | undefined
  /** What happens when a slot or trigger comes while a run lives. A loop always skips. @defaultValue `'skip'` */
  readonly overlap?: Overlap | undefined
  /**
   * Longest that one attempt may take. Then its signal is aborted and its outcome is `timed-out`. At most `'365d'`.
   * @defaultValue none
   */
  readonly timeout?: Duration | undefined
  /** How long a run may go on after its signal was aborted, before it counts as abandoned. @defaultValue `'5s'` */
  readonly abortGrace?: Duration | undefined
  /** So many abandoned runs may live on without blocking the next run. @defaultValue `0` */
  readonly allowAbandoned?: number | undefined
  /** For loops: whether and when to start again. @defaultValue `always()` */
  readonly restart?: RestartPolicy | RestartMode | undefined
  /** For scheduled tasks: further attempts within the same run, before the next slot. @defaultValue none */
  readonly retry?: RetryPolicy | undefined
  /** Rules in place of, or (in `{ add }`) beside, the default ones. */
  readonly health?: HealthOption | undefined
  /** Names of tasks that this one needs: they, and what they need in turn, are stopped after it. */
  readonly dependsOn?: readonly string[] | undefined
  /** Asked at each slot; `false` makes the slot a skip with reason `standby`: for tasks that only a leader runs. */
  readonly enabled?: (() => boolean) | undefined
  /** The slot that was last decided by an earlier process; it seeds catch-up. */
  readonly lastSlot?: (() => Date | undefined | Promise<Date | undefined>) | undefined
  /** Whether the task gates readiness. @defaultValue `true` for critical tasks, and for critical loops with `ready: true` */
  readonly readiness?: boolean | undefined
  /** What opens the gate: being armed, or a first success. @defaultValue `'armed'` */
  readonly readyWhen?: 'armed' | 'first-success' | undefined
  /** Whether giving up on this task makes the process not live. @defaultValue `true` where it escalates */
  readonly liveness?: boolean | undefined
  /** @defaultValue `'instance'` */
  readonly scope?: Scope | undefined
  /** How many runs are kept for `history()`, 0 to 1000. @defaultValue `20` */
  readonly history?: number | undefined
  /** Most runs that may live or wait at once for `parallel` tasks and spawned work. @defaultValue `10_000` */
  readonly max?: number | undefined
  /** A page that says what to do when this task is unwell. */
  readonly runbook?: string | undefined
  readonly slo?: Slo | undefined
  readonly trace?: TraceOption | undefined
}

/** A task as it is registered. */
export interface TaskOptions<Input = unknown> extends TaskBehavior {
  /** Unique within a supervisor. A letter or digit, then up to 119 of letters, digits and `_ . : / -`. */
  readonly name: string
  /** When it runs. @defaultValue `manual()` */
  readonly schedule?: Schedule | undefined
  /** One run. Return or resolve to succeed, throw or reject to fail. */
  readonly run: (context: RunContext<Input>) => unknown
}
