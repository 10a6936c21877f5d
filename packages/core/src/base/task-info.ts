import type { ScheduleInfo } from './schedule-info.ts'
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
