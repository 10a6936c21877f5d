import type { Metric } from './metric.ts'
import { healthTable } from './table-health.ts'
import { runTable } from './table-runs.ts'
import { supervisorTable } from './table-supervisor.ts'

const table = [...runTable, ...healthTable, ...supervisorTable] as const
type Row = (typeof table)[number]

export type MetricName = Row['name']
/** Metrics that are recorded when something happens. */
export type RecordedName = Extract<Row, { instrument: 'histogram' }>['name']
/** Metrics that are read when somebody collects. */
export type ObservedName = Exclude<MetricName, RecordedName>

/**
 * Every metric. The instruments, the totals that are read from core, `docs/metrics.md`, the dashboards and the alert rules
 * are made from this table, so none of them can name a metric that the code does not emit.
 */
export const metricTable: readonly Metric[] = table
