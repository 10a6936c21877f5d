import type { Duration } from '../base/duration.ts'
import type { HealthRule, UserRule } from '../health/rule.ts'
import type { RestartPolicy } from '../restart/policy.ts'
import type { RetryPolicy } from '../restart/retry.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { RunContext } from './run-context.ts'

/** The order of shutdown, lowest first. Critical tasks also gate readiness, and make the process unhealthy when they are. */
export const priorities = ['low', 'normal', 'high', 'critical'] as const
export type Priority = (typeof priorities)[number]

/** For a service with replicas: must every one of them succeed, or is one success anywhere enough? */
export const scopes = ['instance', 'service'] as const
export type Scope = (typeof scopes)[number]

/** Where a task is. `paused` is a flag beside it. */
export const taskStates = [
  'registered',
  'waiting',
  'running',
  'backing-off',
  'parked',
  'stuck',
  'standby',
  'failed',
  'finished',
  'stopped',
] as const
export type TaskStateName = (typeof taskStates)[number]

/** How a run ended; exactly one of these. */
export const outcomes = ['succeeded', 'failed', 'timed-out', 'cancelled', 'abandoned'] as const
export type Outcome = (typeof outcomes)[number]

/** Why a run began. */
export const triggers = ['schedule', 'manual', 'restart', 'startup', 'spawn', 'call'] as const
export type Trigger = (typeof triggers)[number]

/** Why a slot or a trigger gave no run. */
export const skipReasons = [
  'overlap',
  'replaced',
  'paused',
  'standby',
  'parked',
  'stuck',
  'stopping',
] as const
export type SkipReason = (typeof skipReasons)[number]

/**
 * Why a run started late: the synchronous part of a task (which may be its own) held the event loop for `ms` of that time,
 * or the run before it still lived when it was due.
 */
export type LateCause =
  | { readonly why: 'loop-held'; readonly task: string; readonly ms: number }
  | { readonly why: 'previous-run' }

/** Why a trigger was refused. `external`: somebody else starts the runs of this task, with what they need. */
export type RefusalReason = SkipReason | 'failed' | 'finished' | 'unregistered' | 'full' | 'external'

/** What ended a generation of a loop, or made someone ask for a restart. */
export const restartCauses = ['returned', 'threw', 'timed-out', 'stuck', 'unhealthy', 'manual'] as const
export type RestartCause = (typeof restartCauses)[number]

/** Why a restart that was asked for did not happen. */
export type RestartRefusal =
  | 'stuck'
  | 'stopping'
  | 'paused'
  | 'unregistered'
  | 'progress'
  | 'never'
  | 'pending'
  | 'not-started'
  | 'finished'
  | 'replaced'
  | 'external'

/** What may happen when a slot comes due while the task runs. */
export type Overlap = 'skip' | 'queue' | 'cancel-previous' | { readonly parallel: number }

/** A service-level objective: the share of runs that should succeed. */
export interface Slo {
  /** Share from 0 to 1, for instance `0.99`. */
  readonly target: number
  /** @defaultValue `'30d'` */
  readonly window?: Duration | undefined
}

/** Says how the runs of a task are traced. Core keeps it for adapters and does not read it. */
export type TraceOption = 'on' | 'off' | { readonly ratio: number }

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
  readonly restart?: RestartPolicy | RestartPolicy['mode'] | undefined
  /** For scheduled tasks: further attempts within the same run, before the next slot. @defaultValue none */
  readonly retry?: RetryPolicy | undefined
  /** Rules in place of, or (in `{ add }`) beside, the default ones. */
  readonly health?:
    | readonly (HealthRule | UserRule)[]
    | { readonly add: readonly (HealthRule | UserRule)[] }
    | undefined
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

/** Who a task is: what never changes while it is registered. Shared by all its events; it is plain data. */
export interface TaskInfo {
  readonly name: string
  readonly owner: string
  readonly category: string
  readonly priority: Priority
  readonly scope: Scope
  readonly schedule: ScheduleInfo
  readonly timeoutMs: number | undefined
  readonly runbook: string | undefined
  readonly slo: { readonly target: number; readonly windowMs: number } | undefined
  readonly trace: TraceOption | undefined
}

/** What adapters may know of a schedule. `call` and `spawn` are of work that somebody else starts. */
export interface ScheduleInfo {
  readonly kind: 'every' | 'delay' | 'cron' | 'loop' | 'once' | 'manual' | 'call' | 'spawn'
  /** In words, for instance `every 30s` or `cron 0 3 * * * (Europe/Berlin)`. */
  readonly text: string
  /** The period of `every` and `delay`; for `cron` the shortest distance between its next slots. */
  readonly periodMs: number | undefined
  readonly cron: string | undefined
  readonly timeZone: string | undefined
}
