import type { TaskRow } from './types.ts'

/**
 * Returns when a task runs next, if that is known. For a paused task it is the end of the pause, if the pause ends by
 * itself. On standby it is `undefined`. Slots that are due before that start no runs.
 */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.paused) return row.pausedUntil
  return row.state === 'standby' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
