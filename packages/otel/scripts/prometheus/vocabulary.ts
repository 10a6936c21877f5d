import { type Priority, priorities } from '@runwell/core'
import type { Metric } from '../../src/metrics/metric.ts'
import { type MetricName, metricTable } from '../../src/metrics/table.ts'
import { attr } from '../../src/names.ts'

/**
 * How Prometheus spells the names: `otlp` (Collector, or the receiver of Prometheus 3) ends seconds in `_seconds`, the
 * JavaScript exporter that is `scraped` does not.
 */
export const spellings = ['otlp', 'scraped'] as const
export type Spelling = (typeof spellings)[number]

type LabelKey = keyof typeof attr

/** Queries may speak of nothing but what the metric table has: a metric, a label or a value it lacks throws. */
export class Vocabulary {
  readonly spelling: Spelling

  constructor(spelling: Spelling) {
    this.spelling = spelling
  }

  /** The selector of a metric, `where` holding the values that its labels may have. */
  metric(name: MetricName, where: { readonly [Key in LabelKey]?: string | readonly string[] } = {}): string {
    const metric = find(name)
    const matchers = Object.entries(where).map(([key, wanted]) => this.#matcher(metric, key, wanted))
    const seconds = metric.unit === 's' && this.spelling === 'otlp' ? '_seconds' : ''
    const ending = { counter: '_total', histogram: '_bucket', gauge: '', 'up-down counter': '' }
    const spelled = `${name.replaceAll('.', '_')}${seconds}${ending[metric.instrument]}`
    return matchers.length === 0 ? spelled : `${spelled}{${matchers.join(',')}}`
  }

  #matcher(metric: Metric, key: string, wanted: string | readonly string[]): string {
    const attribute = metric.attributes.find((each) => each.key === attr[key as LabelKey])
    if (attribute === undefined) throw new Error(`${metric.name} has no attribute ${key}`)
    const values = typeof wanted === 'string' ? [wanted] : wanted
    for (const value of values) {
      if (attribute.values?.includes(value) !== true) throw new Error(`${attribute.key} is never ${value}`)
    }
    return `${label(key as LabelKey)}=${values.length === 1 ? '' : '~'}"${values.join('|')}"`
  }
}

/** A label as Prometheus spells it. */
export function label(key: LabelKey): string {
  return attr[key].replaceAll('.', '_')
}

function find(name: MetricName): Metric {
  const metric = metricTable.find((each) => each.name === name)
  if (metric === undefined) throw new Error(`no metric is called ${name}`)
  return metric
}

/** Who must be woken. The rest is for the working day. */
const paging: readonly Priority[] = ['critical', 'high']
if (paging.some((each) => !priorities.includes(each))) throw new Error('a priority that pages does not exist')
export const pagingPriorities = paging.join('|')

/**
 * What sets one service apart from another. Whoever tells them apart by other labels replaces these three; a label that a
 * series lacks is empty and does no harm.
 */
const place = 'cluster, namespace, deployment_environment_name'
export const byService = `${place}, job`
export const byTask = `${byService}, ${label('supervisorName')}, ${label('taskName')}`
export const byInstance = `${byTask}, instance`
