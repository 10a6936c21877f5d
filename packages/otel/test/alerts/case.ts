import type { Spelling, Vocabulary } from '../../src/alerts/vocabulary.ts'
import type { MetricName } from '../../src/metrics/table.ts'

/**
 * `count` samples: the first is `value`, and each further sample is higher by `step`. No samples if `value` is
 * `undefined`.
 */
export type Stretch = readonly [value: number | undefined, count: number, step?: number]

export interface Series {
  readonly metric: MetricName
  readonly labels: Readonly<Record<string, string>>
  readonly samples: readonly Stretch[]
}

/** The alerts that fire at the time `at`, each written as `alert task instance severity`. A missing label is `-`. */
export type Moment = readonly [at: string, firing: readonly string[]]

export interface AlertCase {
  readonly name: string
  /** Set if the alert exists only in the rules of this spelling. */
  readonly only?: Spelling
  readonly every: string
  readonly series: readonly Series[]
  readonly moments: readonly Moment[]
}

export function promtoolTest(alertCase: AlertCase, words: Vocabulary): object {
  return {
    interval: alertCase.every,
    input_series: alertCase.series.map(({ metric, labels, samples }) => ({
      series: `${words.metric(metric).replace(/_bucket$/, '')}${labelSet(labels)}`,
      values: samples.map(values).join(' '),
    })),
    promql_expr_test: alertCase.moments.map(([at, firing]) => ({
      expr: 'count by (alertname, runwell_task_name, instance, severity) (ALERTS{alertstate="firing"})',
      eval_time: at,
      exp_samples: [...new Set(firing)].map((line) => ({
        labels: expected(line),
        value: firing.filter((each) => each === line).length,
      })),
    })),
  }
}

function values([value, count, step = 0]: Stretch): string {
  return value === undefined ? `_x${count}` : `${value}+${step}x${count - 1}`
}

function expected(line: string): string {
  const [alertname = '', runwell_task_name = '-', instance = '-', severity = '-'] = line.split(' ')
  const labels = { alertname, instance, runwell_task_name, severity }
  return labelSet(Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '-')))
}

function labelSet(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  return `{${pairs.join(', ')}}`
}
