import type { Metric } from './metric.ts'
import { healthTable } from './table-health.ts'
import { runTable } from './table-runs.ts'
import { supervisorTable } from './table-supervisor.ts'

/**
 * Every metric there is. The instruments, `docs/metrics.md`, the dashboards and the alert rules are made from this
 * table, so that none of them can tell of another metric than the code emits.
 */
export const metricTable: readonly Metric[] = [...runTable, ...healthTable, ...supervisorTable]
