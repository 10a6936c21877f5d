import type { TaskRow } from './types.ts'

/**
 * When a task runs next, if that is known. While it is paused: the end of the pause, if it ends by itself. On standby:
 * `undefined`. Slots that come due in the meantime start no runs.
 */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.paused) return row.pausedUntil
  return row.state === 'standby' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
