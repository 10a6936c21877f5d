import { snapshotOf } from './snapshot.ts'
import type { Distribution, TaskMetrics } from './task-metrics.ts'

/** Returns metrics as plain objects, with the most used quantiles of each distribution. */
export function shownMetrics(metrics: TaskMetrics): Record<string, unknown> {
  const fields = Object.entries(snapshotOf(metrics)).map(([name, value]: [string, unknown]) => [
    name,
    isDistribution(value) ? shownDistribution(value) : value,
  ])
  return Object.fromEntries(fields) as Record<string, unknown>
}

function isDistribution(value: unknown): value is Distribution {
  return typeof value === 'object' && value !== null && 'quantile' in value
}

function shownDistribution(values: Distribution): object {
  const { count, sum, min, max } = values
  if (count === 0) return { count }
  return {
    count,
    sum,
    min,
    max,
    p50: values.quantile(0.5),
    p95: values.quantile(0.95),
    p99: values.quantile(0.99),
  }
}
