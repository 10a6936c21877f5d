import type { Metric } from './metric.ts'
import { healthTable } from './table-health.ts'
import { runTable } from './table-runs.ts'
import { supervisorTable } from './table-supervisor.ts'

const table = [...runTable, ...healthTable, ...supervisorTable] as const
type Row = (typeof table)[number]

export type MetricName = Row['name']
export type RecordedName = Extract<Row, { instrument: 'histogram' }>['name']
export type ObservedName = Exclude<MetricName, RecordedName>

/** All metrics that the observer emits, as listed in `docs/metrics.md`. */
export const metricTable: readonly Metric[] = table
