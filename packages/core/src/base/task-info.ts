import type { ScheduleInfo } from './schedule-info.ts'
import type { Priority, Scope } from './words.ts'

/** How the runs of a task are traced. Core only passes it on to adapters. */
export type TraceOption = 'on' | 'off' | { readonly ratio: number }

/** Identifies and describes a task, as plain data. The events of the task share this object. */
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
  /** For an external task: the name of the code that runs it, as messages show it. */
  readonly host?: string | undefined
  /** For an external task: how long after its slot a run may begin. */
  readonly graceMs?: number | undefined
  /** The name of the fleet, if a fleet decides which process runs the task. */
  readonly fleet?: string | undefined
}

/** Returns the name of the host of the task for a sentence, or 'its host' if it has no name. */
export function hostOf({ host }: TaskInfo): string {
  return host ?? 'its host'
}
