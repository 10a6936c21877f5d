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
  /** For a task that other code runs: the name of that code, for texts. */
  readonly host?: string | undefined
  /** For a task that other code runs: how long after its slot a run may begin. */
  readonly graceMs?: number | undefined
  /** For a task whose runs a fleet spreads over processes: the name of the fleet. */
  readonly fleet?: string | undefined
}

/** Who runs the task, in a sentence. */
export function hostOf({ host }: TaskInfo): string {
  return host ?? 'its host'
}
