import type { Priority, Scope } from './words.ts'

/** Says how the runs of a task are traced. Core keeps it for adapters and does not read it. */
export type TraceOption = 'on' | 'off' | { readonly ratio: number }

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
