import type { Metric } from './metric.ts'
import { healthTable } from './table-health.ts'
import { runTable } from './table-runs.ts'
import { supervisorTable } from './table-supervisor.ts'

/**
 * All metrics. The instruments, `docs/metrics.md`, the dashboards and the alert rules are generated from this table, so
 * they always match the code.
 */
export const metricTable: readonly Metric[] = [...runTable, ...healthTable, ...supervisorTable]
