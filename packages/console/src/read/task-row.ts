import type { Task } from '@runwell/core'
import type { RecentRun, TaskRow } from '../api/types.ts'
import type { EventRing } from '../feed/event-ring.ts'
import type { Redact } from '../feed/redact.ts'
import { rounded } from '../feed/rounded.ts'
import { fleetRow } from './fleet.ts'

const shownRuns = 20
const shownReasons = 3
const longestError = 300

export function taskRow(task: Task, ring: EventRing, redact: Redact): TaskRow {
  const metrics = task.metrics()
  const health = task.health()
  const active = task.active()
  const durations = metrics.recentSuccess.count > 0 ? metrics.recentSuccess : metrics.success
  return {
    name: task.name,
    owner: task.owner,
    category: task.category,
    priority: task.priority,
    schedule: task.info.schedule.text,
    kind: task.info.schedule.kind,
    state: task.state,
    paused: task.paused,
    pausedAt: task.pausedAt,
    pausedUntil: task.pausedUntil,
    pauseReason: task.pauseReason && redact(task.pauseReason, 'note'),
    pausedBy: task.pausedBy,
    health: health.status,
    healthSince: health.since,
    flapping: health.flapping,
    reasons: health.reasons
      .slice(0, shownReasons)
      .map((reason) => ({ ...reason, reason: redact(reason.reason, 'error') })),
    nextRunAt: task.nextRunAt,
    nextRestartAt: task.nextRestartAt,
    restartsLeft: task.restartsLeft(),
    active: active.length,
    activeSince: active[0]?.startedAt,
    started: metrics.started,
    outcomes: { ...metrics.outcomes },
    skipped: sum(metrics.skipped),
    missed: metrics.missed,
    restarts: sum(metrics.restarts),
    consecutiveFailures: metrics.consecutiveFailures,
    p95Ms: rounded(durations.quantile(0.95)),
    lastSuccessAt: metrics.lastSuccessAt,
    lastFailureAt: metrics.lastFailureAt,
    lastError: lastError(task, ring, redact),
    fleet: fleetRow(task),
    recent: recentRuns(task),
  }
}

function lastError(task: Task, ring: EventRing, redact: Redact): string | undefined {
  const { lastError: error } = task.metrics()
  if (error === undefined) return undefined
  const text = ring.lastFailure(task.name) ?? redact(`${error.name}: ${error.message}`, 'error')
  return text.slice(0, longestError)
}

function recentRuns(task: Task): readonly RecentRun[] {
  const runs: RecentRun[] = []
  for (const { outcome, durationMs, startedAt } of task.history(shownRuns))
    runs.push([outcome, rounded(durationMs), startedAt])
  return runs.reverse()
}

function sum(counts: Readonly<Record<string, number>>): number {
  let total = 0
  for (const count of Object.values(counts)) total += count
  return total
}
