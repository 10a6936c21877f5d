import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { prometheusName, spellings } from '../src/alerts/vocabulary.ts'
import type { Metric, MetricAttribute } from '../src/metrics/metric.ts'
import { metricTable } from '../src/metrics/table.ts'

export const metricsPage = new URL('../../../docs/metrics.md', import.meta.url)

/** Returns the text of `docs/metrics.md`. */
export function metricsDocument(): string {
  const parts = [
    head,
    section('Metrics of each task', 'task'),
    section('Metrics of the supervisor', 'supervisor'),
    attributes(),
    tail,
  ]
  return `${parts.join('\n\n')}\n`
}

const head = `# Metrics

<!-- Written by packages/otel/scripts/metrics-doc.ts from the metric table. -->

These are all metrics of \`@runwell/otel\`. Their names are public API. If a metric is renamed, Runwell emits it under both names until the next
major version.

Counters and states are read only when metrics are collected. So they add no cost to a run.

## Names and attributes

- Each metric of a task has the attribute \`runwell.task.name\`. No metric has the id of a run.
- All metrics have \`runwell.supervisor.name\`, unless the supervisor has the default name.
- In Prometheus, dots become underscores, and the names of counters end in \`_total\`.
- Over OTLP (from a Collector, or directly into Prometheus 3), names of metrics in seconds also contain \`_seconds\`. The JavaScript
  Prometheus exporter (\`prometheus: { port }\`) omits \`_seconds\`.

Below each metric, the tables list its name in Prometheus over OTLP. If the name from the exporter differs, it follows.

## Counters start at 0

If the first value of a counter is 1, \`increase()\` of Prometheus is 0. So the first collected value of each counter is 0. The next collection
has the real value. Histograms and gauges have their real values at once.

So the first scrape of a process may show \`runwell_task_runs_total\` 0 beside \`runwell_task_run_duration_count\` 7. Then 7 is right.`

const tail = `## Number of series

A *series* is one metric with one set of attributes. An idle task with a schedule has about 13 series, five of them for the results of its runs.

- **From 400 tasks on**, \`runwell.task.runs\` exceeds the default limit of the SDK: 2,000 series per instrument. The SDK combines further series
  into \`otel.metric.overflow\`, and Runwell warns once. \`cardinalityLimits\` of the metric reader raises the limit. \`startTelemetry\` sets it to
  12,000.
- **With more than 2,000 tasks** (option \`maxTasks\`), Runwell emits totals by \`runwell.task.category\` instead of series per task. It warns once.

After a task is unregistered, its counters remain. All its other metrics, including \`runwell.task.registered\`, are emitted as 0 once.

## Dropping metrics and attributes

Use views to drop metrics or attributes. This example drops the metric of lags, and the attribute \`runwell.task.run.result\` of run durations:

\`\`\`ts
import { AggregationType, createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics'

await startTelemetry({
  serviceName: 'shop',
  sdk: {
    views: [
      { instrumentName: 'runwell.task.schedule.lag', aggregation: { type: AggregationType.DROP } },
      {
        instrumentName: 'runwell.task.run.duration',
        attributesProcessors: [createAllowListAttributesProcessor(['runwell.task.name'])],
      },
    ],
  },
})
\`\`\`

## Delta temporality

With \`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta\` the SDK computes the deltas of counters. Gauges and up-down
counters do not change.`

function section(title: string, of: Metric['of']): string {
  const rows = metricTable.filter((metric) => metric.of === of).map(row)
  return [
    `## ${title}`,
    '',
    '| metric | instrument | unit | description | attributes | emitted |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function row(metric: Metric): string {
  const keys = metric.attributes.map(({ key }) => `\`${key}\``).join(' ')
  const names = [`\`${metric.name}\``, ...prometheusNames(metric).map((name) => `\`${name}\``)].join('<br>')
  const buckets = metric.buckets === undefined ? '' : ` Buckets: ${metric.buckets.join(' ')}.`
  const cells = [names, metric.instrument, metric.unit, `${metric.description}${buckets}`, keys, metric.when]
  return `| ${cells.join(' | ')} |`
}

/** Returns the name by OTLP, and the name by the JavaScript exporter if it differs. */
export function prometheusNames(metric: Metric): string[] {
  return [...new Set(spellings.map((spelling) => prometheusName(metric, spelling)))]
}

function attributes(): string {
  const known = new Map<string, MetricAttribute>()
  for (const { key, values, note } of metricTable.flatMap((metric) => metric.attributes)) {
    const before = known.get(key)
    // A metric may have only some of the values of an attribute. The table shows the values of all metrics.
    const all = values && [...new Set([...(before?.values ?? []), ...values])]
    known.set(key, { ...before, key, ...(all && { values: all }), ...(note && { note }) })
  }
  const rows = [...known.values()]
    .sort((a, b) => a.key.localeCompare(b.key))
    .map(
      ({ key, values, note }) =>
        `| \`${key}\` | ${values?.map((value) => `\`${value}\``).join(' ') ?? 'your own'} | ${note ?? ''} |`,
    )
  return ['## Attributes', '', '| attribute | values | note |', '|---|---|---|', ...rows].join('\n')
}

export function isPageFresh(): boolean {
  return readFileSync(metricsPage, 'utf8') === metricsDocument()
}

const isMain = process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href
if (isMain) writeFileSync(metricsPage, metricsDocument())
