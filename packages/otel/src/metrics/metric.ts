/** What is known of one metric: enough to create its instrument, to document it, and to write queries against it. */
export interface Metric {
  readonly name: MetricName
  readonly instrument: 'counter' | 'up-down counter' | 'gauge' | 'histogram'
  /** In UCUM, without a prefix: seconds, or what is counted. */
  readonly unit: string
  readonly description: string
  /** Whose it is: the series of a task all carry its name. */
  readonly of: 'task' | 'supervisor'
  readonly attributes: readonly MetricAttribute[]
  /** When there is a series, and how often a value. */
  readonly when: string
  /** For histograms, upper bounds in the unit. */
  readonly buckets?: readonly number[]
}

export interface MetricAttribute {
  readonly key: string
  /** All values there are; absent where they are the user's own words. */
  readonly values?: readonly string[]
  readonly note?: string
}

/** Metrics that are read when somebody collects. */
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

/** Metrics that are recorded when something happens. */
export type RecordedName =
  | 'runwell.task.run.duration'
  | 'runwell.task.unit.duration'
  | 'runwell.task.schedule.lag'
  | 'runwell.supervisor.monitor.duration'
  | 'runwell.supervisor.shutdown.duration'

export type MetricName = ObservedName | RecordedName
