import type { HealthStatus, RunScope } from '@runwell/core'

/**
 * True if a run, or a unit of a loop, is traced whatever the ratio of its task is. In the scope of a unit, the
 * trigger, the attempt and `previous` describe the run around the unit, so they do not count.
 */
export function isAlwaysSampled(scope: RunScope, health: HealthStatus | undefined): boolean {
  if (health === 'degraded' || health === 'unhealthy') return true
  if (scope.unit !== undefined) return false
  if (scope.attempt > 1) return true // a takeover: at its start, every other run is at its first attempt
  if (scope.previous === undefined || scope.previous.outcome !== 'succeeded') return true
  return scope.trigger === 'manual' || scope.trigger === 'restart'
}
