import type { CounterName } from '@runwell/core'

/** What is known of one metric: enough to create its instrument, to document it, and to write queries against it. */
export interface Metric {
  readonly name: string
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
  /** For counters that core keeps: where the values are read from. */
  readonly from?: readonly CounterSource[]
}

/** A counter of core as the source of a metric. */
export interface CounterSource {
  readonly counter: CounterName
  /** The attribute that holds the word of the counter, or `value` for a counter without words. */
  readonly attribute?: string
  /** For a counter without words: the value of `attribute`. */
  readonly value?: string
  /** The words of the counter as attribute values; each stands for itself if absent. */
  readonly words?: Readonly<Record<string, string>>
  /** The counter is divided by this, for instance to read milliseconds as seconds. */
  readonly divisor?: number
  /** Emits every word at 0 from registration on. */
  readonly fromZero?: true
}

export interface MetricAttribute {
  readonly key: string
  /** All values there are; absent where they are the user's own words. */
  readonly values?: readonly string[]
  readonly note?: string
}
