import type { Priority, Scope } from './words.ts'

/** How the runs of a task are traced. Core only passes it on to adapters. */
export type TraceOption = 'on' | 'off' | { readonly ratio: number }

/** What identifies and describes a task. Plain data, shared by all its events. */
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

/** Describes a schedule. `call` is an instrumented function and `spawn` is spawned work: other code starts their runs. */
export interface ScheduleInfo {
  readonly kind: 'every' | 'delay' | 'cron' | 'loop' | 'once' | 'manual' | 'call' | 'spawn'
  /** In words, for instance `every 30s` or `cron 0 3 * * * (Europe/Berlin)`. */
  readonly text: string
  /** The period of `every` and `delay`; for `cron` the shortest distance between its next slots. */
  readonly periodMs: number | undefined
  readonly cron: string | undefined
  readonly timeZone: string | undefined
}
