import type { CounterName } from '@runwell/core/adapter'

/** The definition of one metric. */
export interface Metric {
  readonly name: string
  /**
   * A histogram records a value at each event, such as the end of a run. The other instruments are read at each
   * collection.
   */
  readonly instrument: 'counter' | 'up-down counter' | 'gauge' | 'histogram'
  /**
   * A UCUM unit without a prefix, such as `s` or `{run}`, or `''`. Never `1`, because backends treat the unit `1`
   * differently.
   */
  readonly unit: string
  readonly description: string
  /**
   * Whether the metric is about a task or about the supervisor. All series of a task have the attribute
   * `runwell.task.name`. With more than `maxTasks` tasks, the series of a category have `runwell.task.category`
   * instead.
   */
  readonly of: 'task' | 'supervisor'
  readonly attributes: readonly MetricAttribute[]
  /** When the series exists. For a histogram: when a value is recorded. */
  readonly when: string
  /** Bucket boundaries of a histogram, in its unit. */
  readonly buckets?: readonly number[]
  /**
   * The task counters from which the metric takes its values. Absent if the values do not come from task counters.
   */
  readonly from?: readonly CounterSource[]
}

/** A task counter from which a metric takes its values: a single total, or one total for each key. */
export interface CounterSource {
  readonly counter: CounterName
  /**
   * The attribute that the series get. If the counter has a single total, the value is `value`. Otherwise each key of
   * the counter has its own series, and `words` gives the value.
   */
  readonly attribute?: string
  /** The value of `attribute`, if the counter has a single total. */
  readonly value?: string
  /** The value of `attribute` for each key of the counter. For a key that is not listed, the value is the key. */
  readonly words?: Readonly<Record<string, string>>
  /** The total is divided by this number, for example by 1,000 to convert milliseconds to seconds. */
  readonly divisor?: number
  /** True: the totals are emitted from registration on. Absent: a total is emitted once it is above 0. */
  readonly fromZero?: true
}

/** An attribute of a metric. */
export interface MetricAttribute {
  readonly key: string
  /** All possible values. Absent if the values are not known in advance. */
  readonly values?: readonly string[]
  /** True if only some series have the attribute. Then `note` says which series. */
  readonly optional?: true
  readonly note?: string
}
