import type { ScheduleInfo } from './schedule-info.ts'
import type { Priority, Scope } from './words.ts'

/** How the runs of a task are traced. Core passes it on to adapters and does not read it. */
export type TraceOption = 'on' | 'off' | { readonly ratio: number }

/** The identity of a task, as plain data. All its events share it. */
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
