import { FewValues } from './few-values.ts'
import { Rolling } from './rolling.ts'
import { Sketch } from './sketch.ts'
import type { Distribution, TaskMetrics } from './task-metrics.ts'

/** A copy of all the numbers, which stays as it is. */
export function snapshotOf(live: TaskMetrics): TaskMetrics {
  return {
    started: live.started,
    outcomes: { ...live.outcomes },
    settledLate: live.settledLate,
    skipped: { ...live.skipped },
    missed: live.missed,
    retries: live.retries,
    restarts: { ...live.restarts },
    gaveUp: live.gaveUp,
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
    blockedMs: live.blockedMs,
    units: { ...live.units },
    lastBeatAt: live.lastBeatAt,
    afterQuiet: live.afterQuiet,
  }
}

/** What is neither of them is empty, and stays so. */
function copyOf(distribution: Distribution): Distribution {
  const changes =
    distribution instanceof Sketch || distribution instanceof Rolling || distribution instanceof FewValues
  return changes ? distribution.copy() : distribution
}
