import type { TaskCounters } from '../events/counters.ts'
import { FewValues } from './few-values.ts'
import { Rolling } from './rolling.ts'
import { Sketch } from './sketch.ts'
import type { Distribution, TaskMetrics } from './task-metrics.ts'
import { counterNames } from './zeros.ts'

export function snapshotOf(live: TaskMetrics): TaskMetrics {
  return {
    ...countersOf(live),
    errors: live.errors,
    consecutiveFailures: live.consecutiveFailures,
    lastStartedAt: live.lastStartedAt,
    lastEndedAt: live.lastEndedAt,
    lastSuccessAt: live.lastSuccessAt,
    lastFailureAt: live.lastFailureAt,
    lastOutcome: live.lastOutcome,
    lastDurationMs: live.lastDurationMs,
    lastLatenessMs: live.lastLatenessMs,
    lastError: live.lastError,
    success: copyOf(live.success),
    failure: copyOf(live.failure),
    lateness: copyOf(live.lateness),
    recentSuccess: copyOf(live.recentSuccess),
    recentFailure: copyOf(live.recentFailure),
    syncMaxMs: live.syncMaxMs,
    syncTotalMs: live.syncTotalMs,
    lastBeatAt: live.lastBeatAt,
  }
}

function countersOf(live: TaskMetrics): TaskCounters {
  const copies = counterNames.map((name) => {
    const count = live[name]
    return [name, typeof count === 'number' ? count : { ...count }]
  })
  return Object.fromEntries(copies) as TaskCounters
}

/** The shared empty distribution never changes, so it is not copied. */
function copyOf(distribution: Distribution): Distribution {
  const changes =
    distribution instanceof Sketch || distribution instanceof Rolling || distribution instanceof FewValues
  return changes ? distribution.copy() : distribution
}
