import type { StreamedEvent } from '../../api/types.ts'

/** For a health change, only the new status decides, because `level` also depends on the priority of the task. */
export function toneOf({ type, level, to }: StreamedEvent): string {
  if (type !== 'health.changed') return level
  if (to === 'unhealthy') return 'error'
  return to === 'degraded' ? 'warn' : 'info'
}
