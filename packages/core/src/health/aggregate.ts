import type { Priority } from '../base/words.ts'
import type { HealthStatus } from './status.ts'

export interface HealthTally {
  readonly byHealth: Record<HealthStatus, number>
  readonly critical: Record<HealthStatus, number>
}

export function newTally(): HealthTally {
  const none = { healthy: 0, unknown: 0, degraded: 0, unhealthy: 0 }
  return { byHealth: { ...none }, critical: { ...none } }
}

export function tally(
  counts: HealthTally,
  priority: Priority,
  from: HealthStatus | undefined,
  to: HealthStatus | undefined,
): void {
  add(counts, priority, from, -1)
  add(counts, priority, to, 1)
}

function add(
  counts: HealthTally,
  priority: Priority,
  status: HealthStatus | undefined,
  change: 1 | -1,
): void {
  if (status === undefined) return
  counts.byHealth[status] += change
  if (priority === 'critical') counts.critical[status] += change
}

export function processHealth({ byHealth, critical }: HealthTally): HealthStatus {
  if (critical.unhealthy > 0) return 'unhealthy'
  if (byHealth.unhealthy > 0 || byHealth.degraded > 0) return 'degraded'
  if (critical.unknown > 0) return 'unknown'
  return byHealth.healthy === 0 && byHealth.unknown > 0 ? 'unknown' : 'healthy'
}
