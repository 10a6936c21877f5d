import type { ScheduleInfo } from './schedule-info.ts'
import type { Priority, Scope } from './words.ts'

/**
 * Which runs of a task are traced: `'on'` for all, `'off'` for none, `{ ratio: 0.1 }` for about one in ten.
 *
 * With a ratio, the observer that traces the runs may trace more of them, such as all restarts.
 */
export type TraceOption = 'on' | 'off' | { readonly ratio: number }

/** Identifies and describes a task. It is plain data. */
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
  /** For an external task: the name of its host, which is the code that runs the task. */
  readonly host?: string | undefined
  /** For an external task: how long after its slot a run may begin. */
  readonly graceMs?: number | undefined
  /** The name of the fleet that decides which process runs the task. Absent if the task belongs to no fleet. */
  readonly fleet?: string | undefined
}

export function hostOf({ host }: TaskInfo): string {
  return host ?? 'its host'
}
