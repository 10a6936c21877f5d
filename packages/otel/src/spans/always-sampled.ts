import type { HealthStatus, RunScope } from '@runwell/core'

/**
 * Returns whether the ratio of a task does not apply to this run, or to this unit of a loop. The trigger, the
 * attempt and `previous` in the scope of a unit describe its run. They say nothing about the unit.
 */
export function isAlwaysSampled(scope: RunScope, health: HealthStatus | undefined): boolean {
  if (health === 'degraded' || health === 'unhealthy') return true
  if (scope.unit !== undefined) return false
  if (scope.attempt > 1) return true // a takeover: at its start, every other run is at its first attempt
  if (scope.previous === undefined || scope.previous.outcome !== 'succeeded') return true
  return scope.trigger === 'manual' || scope.trigger === 'restart'
}
