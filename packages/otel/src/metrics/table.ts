import type { Metric } from './metric.ts'
import { healthTable } from './table-health.ts'
import { runTable } from './table-runs.ts'
import { supervisorTable } from './table-supervisor.ts'

const table = [...runTable, ...healthTable, ...supervisorTable] as const
type Row = (typeof table)[number]

export type MetricName = Row['name']
/** Histograms: they are recorded when something happens. */
export type RecordedName = Extract<Row, { instrument: 'histogram' }>['name']
/** Metrics that are read at each collection. */
export type ObservedName = Exclude<MetricName, RecordedName>

/**
 * All metrics. The instruments and `docs/metrics.md` are generated from this table. The dashboards and the alert rules
 * take their metric names from it.
 */
export const metricTable: readonly Metric[] = table
