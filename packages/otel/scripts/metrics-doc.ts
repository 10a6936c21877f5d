import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { prometheusName, spellings } from '../src/alerts/vocabulary.ts'
import type { Metric, MetricAttribute } from '../src/metrics/metric.ts'
import { metricTable } from '../src/metrics/table.ts'

export const metricsPage = new URL('../../../docs/metrics.md', import.meta.url)

/** Returns the text of `docs/metrics.md`, made from the metric table. */
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

This page is generated from the metric table of \`@runwell/otel\` by \`npx tsx packages/otel/scripts/metrics-doc.ts\`. A test
fails if it is out of date. The names are public API: a renamed metric is emitted under both names until the next major version.

Counters and states are read from the supervisor at each collection, so they add no cost to a run. Only histograms are recorded
at each run.

Prometheus computes an \`increase()\` of 0 for a counter whose first value is 1. So each counter starts at 0:

- The results of runs are emitted from registration on, other counters from their first count on.
- When a counter is collected for the first time, its value is 0, whatever it counted before. The next collection has the real value.
  Only after the supervisor has stopped is a new counter emitted with its value at once. Histograms and gauges have no such delay.
  So the first scrape of a process may show \`runwell_task_runs_total\` 0 beside \`runwell_task_run_duration_count\` 7. Then 7 is right.

Each series of a task has the attribute \`runwell.task.name\`. All series have \`runwell.supervisor.name\`, unless the
supervisor has the default name. No series has the id of a run.

In Prometheus, dots become underscores, and the names of counters end in \`_total\`. If Prometheus gets the metrics over
OTLP (from a Collector, or directly from version 3 on), names of metrics in seconds also contain \`_seconds\`. The JavaScript
Prometheus exporter (\`prometheus: { port }\`) omits \`_seconds\`. Below the name of each metric, the tables list its name in
Prometheus when it comes over OTLP and, if it differs, the name from the exporter.`

const tail = `## Number of series

An idle task with slots has about 13 series. Five of them are the results of its runs.

A metric reader of the SDK keeps 2,000 series per instrument. Further series are combined into one series named
\`otel.metric.overflow\`. \`runwell.task.runs\` has five series for each task, one for each result. So that happens from 400 tasks on. Runwell then warns once that you should raise
\`cardinalityLimits\` of the reader. \`startTelemetry\` sets it to 12,000.

With more than 2,000 tasks (option \`maxTasks\`) Runwell emits totals by \`runwell.task.category\` instead of series per task, and
warns once.

After a task is unregistered, its counters remain. All its other metrics, including \`runwell.task.registered\`, are emitted as 0 once.

## Dropping metrics and attributes

Use views to drop metrics or attributes that you don't need. This example drops the metric of lags, and the
attribute \`runwell.task.run.result\` of run durations:

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
counters stay as they are.`

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

/** Returns the names of a metric in Prometheus: by OTLP, and by the JavaScript exporter if that name differs. */
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
