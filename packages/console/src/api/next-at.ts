import type { TaskRow } from './types.ts'

/**
 * When a task runs next, if that is known. While it is paused, this is the end of the pause; while it is on standby,
 * it is not known. The slots that come due until then start no runs.
 */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.paused) return row.pausedUntil
  return row.state === 'standby' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
