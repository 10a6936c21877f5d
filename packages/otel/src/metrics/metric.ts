import type { CounterName } from '@runwell/core/adapter'

/** The definition of one metric, from which its instrument, documentation and queries are generated. */
export interface Metric {
  readonly name: string
  /**
   * `read-task.ts` reads the gauges and counters of tasks, `supervisor-points.ts` those of the supervisor.
   * `otel-metrics.ts` records histograms.
   */
  readonly instrument: 'counter' | 'up-down counter' | 'gauge' | 'histogram'
  /** A UCUM unit without a prefix, such as `s` or `{run}`, or `''`. Never `1`: backends spell that differently. */
  readonly unit: string
  readonly description: string
  /** What it measures. All series of a task have the attribute `runwell.task.name`. */
  readonly of: 'task' | 'supervisor'
  readonly attributes: readonly MetricAttribute[]
  /** When the series exists or a value is recorded. */
  readonly when: string
  /** Bucket boundaries of a histogram, in its unit. */
  readonly buckets?: readonly number[]
  /** For counters that core keeps: where the values are read from. */
  readonly from?: readonly CounterSource[]
}

/** A counter of core as the source of a metric: a single total, or one for each value of a field, such as `outcome`. */
export interface CounterSource {
  readonly counter: CounterName
  /** The attribute whose value is the word; for a counter without words, the attribute with the value `value`. */
  readonly attribute?: string
  /** For a counter without words: the value of `attribute`. */
  readonly value?: string
  /** The attribute value for each word of the counter. A word that is not listed is used as it is. */
  readonly words?: Readonly<Record<string, string>>
  /** The counter is divided by this, for instance to read milliseconds as seconds. */
  readonly divisor?: number
  /** Emits every word at 0 from registration on. */
  readonly fromZero?: true
}

/** An attribute of a metric. */
export interface MetricAttribute {
  readonly key: string
  /** All possible values; absent if they are not known in advance. */
  readonly values?: readonly string[]
  /** Not every series has it. The note says when. */
  readonly optional?: true
  readonly note?: string
}
