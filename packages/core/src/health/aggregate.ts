import type { Priority } from '../base/words.ts'
import type { HealthStatus } from './status.ts'

/** How many tasks have each status. {@link tally} keeps these numbers up to date, so reading them is cheap. */
export interface HealthTally {
  readonly byHealth: Record<HealthStatus, number>
  /** The same numbers for critical tasks only. */
  readonly critical: Record<HealthStatus, number>
}

export function newTally(): HealthTally {
  const none = { healthy: 0, unknown: 0, degraded: 0, unhealthy: 0 }
  return { byHealth: { ...none }, critical: { ...none } }
}

/**
 * Moves one task from the count of status `from` to the count of status `to`. A new task has no `from`, a removed task
 * has no `to`. Changes `counts` in place.
 */
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

/**
 * Returns the health of the process: the worst status of its tasks, with two exceptions. If an unhealthy task is not
 * critical, the process is only degraded. If an unknown task is not critical, it has an effect only while no task is
 * healthy.
 */
export function processHealth({ byHealth, critical }: HealthTally): HealthStatus {
  if (critical.unhealthy > 0) return 'unhealthy'
  if (byHealth.unhealthy > 0 || byHealth.degraded > 0) return 'degraded'
  if (critical.unknown > 0) return 'unknown'
  return byHealth.healthy === 0 && byHealth.unknown > 0 ? 'unknown' : 'healthy'
}
