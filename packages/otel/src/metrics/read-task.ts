import type { Attributes } from '@opentelemetry/api'
import {
  outcomes,
  restartCauses,
  skipReasons,
  type TaskInfo,
  type TaskMetrics,
  type TaskView,
} from '@runwell/core'
import { attr } from '../base/attribute-keys.ts'
import { resultOf, statusState } from '../base/results.ts'
import type { ErrorTypes } from './error-types.ts'
import type { Series, Sink } from './series.ts'

/**
 * Emits every point of one task. Results are emitted from 0 on. Values at rest are not emitted, so that idle tasks cost
 * little: up to 1,000 are read at once.
 */
export function readTask(task: TaskView, series: Series, errors: ErrorTypes, sink: Sink): void {
  const metrics = task.metrics()
  readTotals(metrics, series, errors, sink)
  readState(task, metrics, series, sink)
  readHealth(task, series, sink)
  series.end(sink)
}

/** Emits the totals of an unregistered task; everything else falls to 0. */
export function readUnregistered(task: TaskView, series: Series, errors: ErrorTypes, sink: Sink): void {
  readTotals(task.metrics(), series, errors, { ...sink, isLast: true })
  series.end(sink)
}

function readTotals(metrics: TaskMetrics, series: Series, errors: ErrorTypes, sink: Sink): void {
  for (const outcome of outcomes) {
    series.counter(sink, 'runwell.task.runs', metrics.outcomes[outcome], attr.runResult, resultOf[outcome])
  }
  for (const [type, count] of errors.read(metrics.errors)) {
    series.counter(sink, 'runwell.task.errors', count, attr.errorType, type)
  }
  for (const cause of restartCauses) {
    const count = metrics.restarts[cause]
    if (count > 0) series.counter(sink, 'runwell.task.restarts', count, attr.restartReason, cause)
  }
  for (const reason of skipReasons) {
    const count = metrics.skipped[reason]
    if (count > 0) series.counter(sink, 'runwell.task.schedule.skips', count, attr.skipReason, reason)
  }
  if (metrics.missed > 0) {
    series.counter(sink, 'runwell.task.schedule.skips', metrics.missed, attr.skipReason, 'missed')
  }
  for (const [outcome, result] of unitResults) {
    const count = metrics.units[outcome]
    if (count > 0) series.counter(sink, 'runwell.task.units', count, attr.unitResult, result)
  }
  if (metrics.blockedMs > 0) {
    series.counter(sink, 'runwell.task.eventloop.blocked.time', metrics.blockedMs / 1000)
  }
}

const unitResults = [
  ['succeeded', 'success'],
  ['failed', 'failure'],
  ['cancelled', 'cancellation'],
] as const

function readState(task: TaskView, metrics: TaskMetrics, series: Series, sink: Sink): void {
  const active = task.active()
  const { info } = task
  const { periodMs } = info.schedule
  series.gauge(sink, 'runwell.task.status', 1, attr.taskState, statusState(task.state, task.paused))
  series.gauge(sink, 'runwell.task.registered', 1)
  // Rescheduling may have changed the kind of the task.
  series.labelled(sink, 'runwell.task.info', 1, info.schedule.kind, () => infoLabels(info))
  series.gauge(sink, 'runwell.task.failures.consecutive', metrics.consecutiveFailures || undefined)
  series.timestamp(sink, 'runwell.task.last_success.timestamp', metrics.lastSuccessAt)
  series.timestamp(sink, 'runwell.task.last_beat.timestamp', metrics.lastBeatAt)
  series.gauge(sink, 'runwell.task.slo', info.slo?.target)
  series.gauge(sink, 'runwell.task.run.active', active.length || undefined)
  series.timestamp(sink, 'runwell.task.run.oldest_active.timestamp', active[0]?.startedAt)
  series.gauge(sink, 'runwell.task.schedule.interval', periodMs === undefined ? undefined : periodMs / 1000)
  series.timestamp(sink, 'runwell.task.success_due.timestamp', task.successDueAt())
  series.timestamp(sink, 'runwell.task.next_run.timestamp', task.nextRunAt)
  series.timestamp(sink, 'runwell.task.next_restart.timestamp', task.nextRestartAt)
  series.timestamp(sink, 'runwell.task.paused.since.timestamp', task.pausedAt)
}

function infoLabels(info: TaskInfo): Attributes {
  return {
    [attr.taskOwner]: info.owner,
    [attr.taskCategory]: info.category,
    [attr.taskPriority]: info.priority,
    [attr.taskScope]: info.scope,
    [attr.taskScheduleKind]: info.schedule.kind,
    ...(info.runbook === undefined ? {} : { [attr.taskRunbook]: info.runbook }),
  }
}

function readHealth(task: TaskView, series: Series, sink: Sink): void {
  const health = task.health()
  series.gauge(sink, 'runwell.task.health', 1, attr.healthState, health.status)
  const { since } = health
  series.timestamp(
    sink,
    'runwell.task.health.since.timestamp',
    health.status === 'healthy' ? undefined : since,
  )
  for (const reason of health.reasons) {
    if (reason.status === 'unknown') continue
    series.gauge(sink, 'runwell.task.rule.firing', 1, attr.rule, reason.rule)
    series.gauge(sink, 'runwell.task.rule.value', reason.value, attr.rule, reason.rule)
    series.gauge(sink, 'runwell.task.rule.limit', reason.limit, attr.rule, reason.rule)
  }
}
