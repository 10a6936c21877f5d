/** The definition of one metric, from which its instrument, documentation and queries are generated. */
export interface Metric {
  readonly name: MetricName
  readonly instrument: 'counter' | 'up-down counter' | 'gauge' | 'histogram'
  /** A UCUM unit without a prefix, such as `s` or `{run}`. */
  readonly unit: string
  readonly description: string
  /** What it measures. All series of a task have the attribute `runwell.task.name`. */
  readonly of: 'task' | 'supervisor'
  readonly attributes: readonly MetricAttribute[]
  /** When the series exists or a value is recorded. */
  readonly when: string
  /** Bucket boundaries of a histogram, in its unit. */
  readonly buckets?: readonly number[]
}

/** An attribute of a metric. */
export interface MetricAttribute {
  readonly key: string
  /** All possible values; absent if users choose them. */
  readonly values?: readonly string[]
  readonly note?: string
}

/** Metrics that are read on collection. */
export type ObservedName =
  | 'runwell.task.runs'
  | 'runwell.task.run.active'
  | 'runwell.task.run.oldest_active.timestamp'
  | 'runwell.task.errors'
  | 'runwell.task.failures.consecutive'
  | 'runwell.task.last_success.timestamp'
  | 'runwell.task.success_due.timestamp'
  | 'runwell.task.last_beat.timestamp'
  | 'runwell.task.next_run.timestamp'
  | 'runwell.task.next_restart.timestamp'
  | 'runwell.task.paused.since.timestamp'
  | 'runwell.task.restarts'
  | 'runwell.task.schedule.interval'
  | 'runwell.task.schedule.skips'
  | 'runwell.task.units'
  | 'runwell.task.eventloop.blocked.time'
  | 'runwell.task.status'
  | 'runwell.task.health'
  | 'runwell.task.health.since.timestamp'
  | 'runwell.task.rule.firing'
  | 'runwell.task.rule.value'
  | 'runwell.task.rule.limit'
  | 'runwell.task.registered'
  | 'runwell.task.info'
  | 'runwell.task.slo'
  | 'runwell.supervisor.up'
  | 'runwell.supervisor.live'
  | 'runwell.supervisor.ready'
  | 'runwell.supervisor.health'
  | 'runwell.supervisor.tasks'
  | 'runwell.supervisor.shutdown.abandoned'
  | 'runwell.build_info'

/** Metrics that are recorded when an event happens. */
export type RecordedName =
  | 'runwell.task.run.duration'
  | 'runwell.task.unit.duration'
  | 'runwell.task.schedule.lag'
  | 'runwell.supervisor.monitor.duration'
  | 'runwell.supervisor.shutdown.duration'

/** The name of any metric. */
export type MetricName = ObservedName | RecordedName
