import type { TaskRow } from './types.ts'

/** When a task runs next as far as that is known. Its slots come due during a pause or a standby as well, but nothing runs. */
export function nextAtOf(row: TaskRow): number | undefined {
  if (row.paused) return row.pausedUntil
  return row.state === 'standby' ? undefined : (row.nextRunAt ?? row.nextRestartAt)
}
