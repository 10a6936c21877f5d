import type { StreamedEvent } from '../../api/types.ts'

/**
 * The colour of an event. An event of a task that becomes unhealthy is red like its status, although its log level may
 * be lower.
 */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
