import type { StreamedEvent } from '../../api/types.ts'

/**
 * The colour of an event, as a log level. `health.changed` has the colour of the new status, although its own log level
 * may be lower.
 */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
