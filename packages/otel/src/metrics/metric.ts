import type { CounterName } from '@runwell/core/adapter'

/** The definition of one metric. */
export interface Metric {
  readonly name: string
  /** Histograms are recorded when something happens. The other instruments are read at each collection. */
  readonly instrument: 'counter' | 'up-down counter' | 'gauge' | 'histogram'
  /**
   * A UCUM unit without a prefix, such as `s` or `{run}`, or `''`. Never `1`: backends spell that
   * differently.
   */
  readonly unit: string
  readonly description: string
  /** What the metric is about. All series of a task have the attribute `runwell.task.name`. */
  readonly of: 'task' | 'supervisor'
  readonly attributes: readonly MetricAttribute[]
  /** When the series exists, or when a value is recorded. */
  readonly when: string
  /** Bucket boundaries of a histogram, in its unit. */
  readonly buckets?: readonly number[]
  /** The task counters whose values the metric has. Absent if the values come from elsewhere. */
  readonly from?: readonly CounterSource[]
}

/** A task counter whose values a metric has: a single total, or one total for each key. */
export interface CounterSource {
  readonly counter: CounterName
  /** The attribute that tells the totals of a counter apart. */
  readonly attribute?: string
  /** For a counter with a single total: the value of `attribute`. */
  readonly value?: string
  /** The attribute value for each key of the counter. The default is the key itself. */
  readonly words?: Readonly<Record<string, string>>
  /** The total is divided by this number, for example by 1,000 to convert milliseconds to seconds. */
  readonly divisor?: number
  /** Set if the totals are emitted from registration on. Otherwise a total of 0 is left out. */
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
