import type { TaskRow } from './types.ts'

/**
 * Returns when the next run of a task is due, if that is known. In a fleet, another process may execute this run. For
 * a paused task, returns the end of the pause. Returns `undefined` for a task on standby, and for a task that this
 * process does not run because another process has a newer definition.
 */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.fleet?.isOverruled) return undefined
  if (row.paused) return row.pausedUntil
  // The slots of these tasks are skipped or wait.
  return row.state === 'standby' || row.state === 'stuck' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
