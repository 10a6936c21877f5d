import type { TaskRow } from './types.ts'

/** Returns when a task runs next in this process, if that is known. For a paused task, returns the end of the pause. */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.fleet?.isOverruled) return undefined
  if (row.paused) return row.pausedUntil
  return row.state === 'standby' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
