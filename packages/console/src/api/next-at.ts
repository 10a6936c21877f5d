import type { TaskRow } from './types.ts'

/** Returns when the next run of a task is due, if that is known. For a paused task, returns when the pause ends. */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.fleet?.isOverruled) return undefined
  if (row.paused) return row.pausedUntil
  // The slots of these tasks are skipped or wait.
  return row.state === 'standby' || row.state === 'stuck' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
