import type { HealthStatus, RunScope } from '@runwell/core'

export function isAlwaysSampled(scope: RunScope, health: HealthStatus | undefined): boolean {
  if (scope.takesOver !== undefined) return true
  if (scope.previous === undefined || scope.previous.outcome !== 'succeeded') return true
  if (scope.trigger === 'manual' || scope.trigger === 'restart') return true
  return health === 'degraded' || health === 'unhealthy'
}
