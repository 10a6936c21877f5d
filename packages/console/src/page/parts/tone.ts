import type { StreamedEvent } from '../../api/types.ts'

/** A change of health is coloured by the new status, even if the task has low priority. */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
