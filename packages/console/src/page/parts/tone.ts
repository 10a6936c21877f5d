import type { StreamedEvent } from '../../api/types.ts'

/**
 * Returns the CSS class that colours an event: a log level. For `health.changed` it depends only on the new status. The
 * event itself has a lower level if an unhealthy task has low priority.
 */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
