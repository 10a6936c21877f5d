import type { StreamedEvent } from '../../api/types.ts'

/**
 * Returns a colour. For a health change, the colour depends only on the new status. `level` is not used for it,
 * because `level` also depends on the priority of the task.
 */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
