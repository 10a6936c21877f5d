import type { StreamedEvent } from '../../api/types.ts'

/**
 * Returns the level whose colour the page shows. For a health change, only the new status decides. The event's own
 * `level` is not used then, because it also depends on the priority of the task.
 */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
