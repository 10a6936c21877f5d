import type { Priority } from '../base/words.ts'
import type { HealthStatus } from './status.ts'

/** How many tasks have which health. Plain data; kept up by {@link tally}, so that reading it costs nothing. */
export interface HealthTally {
  readonly byHealth: Record<HealthStatus, number>
  /** The critical ones among them. */
  readonly critical: Record<HealthStatus, number>
}

export function newTally(): HealthTally {
  const none = { healthy: 0, unknown: 0, degraded: 0, unhealthy: 0 }
  return { byHealth: { ...none }, critical: { ...none } }
}

/**
 * Counts one task out of `from` and into `to`: `undefined` is where a task comes from when it is registered, and goes to
 * when it leaves. Changes `counts` in place.
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
 * The health of the process: the worst of its tasks, where one that is not critical counts as degraded at most. A
 * critical task that is unknown is never hidden by healthy ones; another is, unless nothing at all is known.
 */
export function processHealth({ byHealth, critical }: HealthTally): HealthStatus {
  if (critical.unhealthy > 0) return 'unhealthy'
  if (byHealth.unhealthy > 0 || byHealth.degraded > 0) return 'degraded'
  if (critical.unknown > 0) return 'unknown'
  return byHealth.healthy === 0 && byHealth.unknown > 0 ? 'unknown' : 'healthy'
}
