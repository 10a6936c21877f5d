import type { TaskRow } from './types.ts'

/** When a task runs next, if that is known. During a pause or a standby its slots still come due, but nothing runs. */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.paused) return row.pausedUntil
  return row.state === 'standby' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
