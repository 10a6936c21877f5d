import type { HealthStatus, RunScope } from '@runwell/core'

/**
 * Whether a run is traced even if the ratio of its task would leave it out. This applies to:
 *
 * - a run that starts before any run of the task has ended in this process
 * - a run after a run that did not succeed
 * - a run that takes over a run of another process
 * - a run of a degraded or unhealthy task
 * - a restart, and a run that was triggered manually
 */
export function isAlwaysSampled(scope: RunScope, health: HealthStatus | undefined): boolean {
  if (scope.takesOver !== undefined) return true
  if (scope.previous === undefined || scope.previous.outcome !== 'succeeded') return true
  if (scope.trigger === 'manual' || scope.trigger === 'restart') return true
  return health === 'degraded' || health === 'unhealthy'
}
