import type { Priority } from '@runwell/core'
import { priorities } from '@runwell/core/adapter'
import { attr } from '../base/attribute-keys.ts'
import type { Metric } from '../metrics/metric.ts'
import { type MetricName, metricTable } from '../metrics/table.ts'

/**
 * With `otlp`, the names of metrics in seconds contain the unit: `_seconds`. With `scraped`, the names are those of
 * the JavaScript exporter for Prometheus, which adds no unit.
 */
export const spellings = ['otlp', 'scraped'] as const
export type Spelling = (typeof spellings)[number]

type LabelKey = keyof typeof attr

export class Vocabulary {
  readonly spelling: Spelling

  constructor(spelling: Spelling) {
    this.spelling = spelling
  }

  metric(name: MetricName, where: { readonly [Key in LabelKey]?: string | readonly string[] } = {}): string {
    const metric = find(name)
    const matchers = Object.entries(where).map(([key, allowed]) => this.#matcher(metric, key, allowed))
    const spelled = `${prometheusName(metric, this.spelling)}${metric.instrument === 'histogram' ? '_bucket' : ''}`
    return matchers.length === 0 ? spelled : `${spelled}{${matchers.join(',')}}`
  }

  #matcher(metric: Metric, key: string, allowed: string | readonly string[]): string {
    const attribute = metric.attributes.find((each) => each.key === attr[key as LabelKey])
    if (attribute === undefined) throw new Error(`${metric.name} has no attribute ${key}`)
    const values = typeof allowed === 'string' ? [allowed] : allowed
    for (const value of values) {
      if (attribute.values?.includes(value) !== true) throw new Error(`${attribute.key} is never ${value}`)
    }
    return `${label(key as LabelKey)}=${values.length === 1 ? '' : '~'}"${values.join('|')}"`
  }
}

/**
 * Returns the name of a metric in Prometheus. For a histogram, `_bucket`, `_sum` or `_count` must be added.
 *
 * @throws an error for unit `1`, because Prometheus and VictoriaMetrics treat this unit differently
 */
export function prometheusName(
  { name, unit, instrument }: Pick<Metric, 'name' | 'unit' | 'instrument'>,
  spelling: Spelling,
): string {
  if (unit === '1') throw new Error(`${name}: backends spell unit 1 differently, use a unit such as {task}`)
  const seconds = unit === 's' && spelling === 'otlp' ? '_seconds' : ''
  return `${name.replaceAll('.', '_')}${seconds}${instrument === 'counter' ? '_total' : ''}`
}

export function label(key: LabelKey): string {
  return attr[key].replaceAll('.', '_')
}

export const taskName = `{{ $labels.${label('taskName')} }}`

function find(name: MetricName): Metric {
  const metric = metricTable.find((each) => each.name === name)
  if (metric === undefined) throw new Error(`There is no metric ${name}`)
  return metric
}

/** Alerts on tasks of these priorities page a person. Other alerts can wait for working hours. */
const paging: readonly Priority[] = ['critical', 'high']
if (paging.some((each) => !priorities.includes(each))) throw new Error('a priority that pages does not exist')
export const pagingPriorities = paging.join('|')

/** Labels that identify a service, together with `job`. Users can choose other labels. */
export const environment = 'cluster, namespace, deployment_environment_name'
export const byService = `${environment}, job`
export const byTask = `${byService}, ${label('supervisorName')}, ${label('taskName')}`
export const byInstance = `${byTask}, instance`

export type MetricQuery = (name: MetricName, where?: Parameters<Vocabulary['metric']>[1]) => string
