import type { ScheduleInfo } from './schedule-info.ts'
import type { Priority, Scope } from './words.ts'

/** How the runs of a task are traced. */
export type TraceOption = 'on' | 'off' | { readonly ratio: number }

/** Identifies and describes a task, as plain data. */
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
  /** For an external task: the name of the code that runs it. */
  readonly host?: string | undefined
  /** For an external task: how long after its slot a run may begin. */
  readonly graceMs?: number | undefined
  /** The name of the fleet, if a fleet decides which process runs the task. */
  readonly fleet?: string | undefined
}

export function hostOf({ host }: TaskInfo): string {
  return host ?? 'its host'
}
