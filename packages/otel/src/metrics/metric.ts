import type { CounterName } from '@runwell/core/adapter'

/**
 * The definition of one metric. Its instrument and its documentation are generated from this definition. Queries of
 * alerts and dashboards are checked against it.
 */
export interface Metric {
  readonly name: string
  /** Histograms are recorded when something happens. Instruments of other kinds are read at each collection. */
  readonly instrument: 'counter' | 'up-down counter' | 'gauge' | 'histogram'
  /** A UCUM unit without a prefix, such as `s` or `{run}`, or `''`. Never `1`: backends spell that differently. */
  readonly unit: string
  readonly description: string
  /** What the metric is about. All series of a task have the attribute `runwell.task.name`. */
  readonly of: 'task' | 'supervisor'
  readonly attributes: readonly MetricAttribute[]
  /** A text that says when the series exists, or when a value is recorded. */
  readonly when: string
  /** Bucket boundaries of a histogram, in its unit. */
  readonly buckets?: readonly number[]
  /** The counters of core whose values the metric has. Absent if the values come from elsewhere. */
  readonly from?: readonly CounterSource[]
}

/**
 * A counter of core whose values a metric has. Some counters have a single total. Others have one total for each key,
 * such as for each outcome of a run.
 */
export interface CounterSource {
  readonly counter: CounterName
  /** The attribute that tells the totals of a counter apart. A single total has the attribute value `value`. */
  readonly attribute?: string
  /** For a counter with a single total: the value of `attribute`. */
  readonly value?: string
  /** The attribute value for each key of the counter. A key that is not listed is itself the attribute value. */
  readonly words?: Readonly<Record<string, string>>
  /** The total is divided by this number, for example by 1,000 to convert milliseconds to seconds. */
  readonly divisor?: number
  /** The totals are emitted from registration on, even while they are 0. Otherwise a total of 0 is left out. */
  readonly fromZero?: true
}

/** An attribute of a metric. */
export interface MetricAttribute {
  readonly key: string
  /** All possible values; absent if they are not known in advance. */
  readonly values?: readonly string[]
  /** Set if only some series have the attribute. Then `note` says which. */
  readonly optional?: true
  readonly note?: string
}
