import type { StreamedEvent } from '../../api/types.ts'

/** How an event is coloured. A task that becomes unhealthy is as red as its status, although logs call it a warning. */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
