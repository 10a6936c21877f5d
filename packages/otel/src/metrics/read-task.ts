import type { Attributes } from '@opentelemetry/api'
import type { TaskInfo, TaskMetrics, TaskView } from '@runwell/core'
import { counters } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import { statusState } from '../base/results.ts'
import type { ErrorTypes } from './error-types.ts'
import type { CounterSource } from './metric.ts'
import type { Series, Sink } from './series.ts'
import { metricTable, type ObservedName } from './table.ts'

/** Most values that are 0 or absent are left out, so that idle tasks take little time. */
export function readTask(task: TaskView, series: Series, errors: ErrorTypes, sink: Sink): void {
  const metrics = task.metrics()
  readTotals(metrics, series, errors, sink)
  readState(task, metrics, series, sink)
  readHealth(task, series, sink)
  series.end(sink)
}

/** Emits the totals of an unregistered task. Its gauges and up-down counters are emitted as 0. */
export function readUnregistered(task: TaskView, series: Series, errors: ErrorTypes, sink: Sink): void {
  readTotals(task.metrics(), series, errors, { ...sink, isLast: true })
  series.end(sink)
}

function readTotals(metrics: TaskMetrics, series: Series, errors: ErrorTypes, sink: Sink): void {
  for (const { name, counter, attribute, value, divisor = 1, fromZero = false, points } of sources) {
    const count = metrics[counter]
    if (typeof count === 'number') {
      if (count > 0 || fromZero) series.counter(sink, name, count / divisor, attribute, value)
      continue
    }
    for (const [word, shown] of points) {
      const ofWord = (count as Readonly<Record<string, number>>)[word] ?? 0
      if (ofWord > 0 || fromZero) series.counter(sink, name, ofWord / divisor, attribute, shown)
    }
  }
  for (const [type, count] of errors.read(metrics.errors)) {
    series.counter(sink, 'runwell.task.errors', count, attr.errorType, type)
  }
}

interface Source extends CounterSource {
  readonly name: ObservedName
  readonly points: readonly (readonly [word: string, shown: string])[]
}

const sources: readonly Source[] = metricTable.flatMap(({ name, from = [] }) =>
  from.map((source) => {
    const kind = counters[source.counter]
    const words = kind === 'total' ? [] : kind
    const points = words.map((word) => [word, source.words?.[word] ?? word] as const)
    return { ...source, name: name as ObservedName, points }
  }),
)

function readState(task: TaskView, metrics: TaskMetrics, series: Series, sink: Sink): void {
  const active = task.active()
  const { info } = task
  const { periodMs } = info.schedule
  series.gauge(sink, 'runwell.task.status', 1, attr.taskState, statusState(task.state, task.paused))
  series.gauge(sink, 'runwell.task.registered', 1)
  // The kind of schedule identifies the series, because a reschedule may change the kind.
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
