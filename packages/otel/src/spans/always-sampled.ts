import type { HealthStatus, RunScope } from '@runwell/core'

/**
 * Whether a run is worth a trace whatever the ratio says: the first one since the task was registered, the one after a
 * run that did not succeed, any run of a task that is not healthy, restarts, and what a person asked for.
 */
export function isTelling(scope: RunScope, health: HealthStatus | undefined): boolean {
  if (scope.previous === undefined || scope.previous.outcome !== 'succeeded') return true
  if (scope.trigger === 'manual' || scope.trigger === 'restart') return true
  return health === 'degraded' || health === 'unhealthy'
}
