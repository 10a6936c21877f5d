import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { prometheusName, spellings } from '../src/alerts/vocabulary.ts'
import type { Metric, MetricAttribute } from '../src/metrics/metric.ts'
import { metricTable } from '../src/metrics/table.ts'

export const metricsPage = new URL('../../../docs/metrics.md', import.meta.url)

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

These are all metrics of \`@runwell/otel\`. Their names are public API. If a metric is renamed, Runwell emits the metric under both names until
the next major version.

Runwell reads counters and states only when metrics are collected. So these metrics do not make a run slower.

## Names and attributes

- Each metric of a task has the attribute \`runwell.task.name\`. The id of a run is not an attribute of any metric.
- If the name of the supervisor is not \`default\`, all its metrics have the attribute \`runwell.supervisor.name\`.
- In Prometheus, dots become underscores, and the names of counters end in \`_total\`.
- If metrics reach Prometheus by OTLP (directly or from a Collector), the names of metrics in seconds also contain \`_seconds\`. If Prometheus
  scrapes the process (option \`prometheus: { port }\`), they do not.

The first column of the tables lists the names of each metric:

1. the name in OpenTelemetry
2. the name in Prometheus by OTLP
3. the name in Prometheus when it scrapes the process, if that name is different

The column *emitted* says when a metric has values.

## Counters start at 0

\`increase()\` of Prometheus ignores the first value of a counter. So Runwell emits 0 as the first value of each counter. The second collection has
the real value. Histograms and gauges have their real values from the first collection on.

For example, if 7 runs have ended before the first scrape of a process, this scrape shows 0 for \`runwell_task_runs_total\`, but 7 for
\`runwell_task_run_duration_count\`.

After a stop, and for unregistered tasks, a new counter has its real value from the first collection on.`

const tail = `## Number of series

A *series* is one metric with one set of attributes. An idle task with a schedule has about 13 series. Five of them belong to
\`runwell.task.runs\`: one for each result.

- **From 400 tasks on**, \`runwell.task.runs\` has more series than the default limit of the SDK, which is 2,000 series per metric. The SDK merges
  all further series into one series with the attribute \`otel.metric.overflow\`, and Runwell emits one warning. To raise the limit, use the option
  \`cardinalityLimits\` of the metric reader. \`startTelemetry\` sets the limit to 12,000.
- **With more than 2,000 tasks** (option \`maxTasks\` of \`otelObserver\`), Runwell emits one warning, and no series per task any more. Instead, it
  emits totals per \`runwell.task.category\` of the runs, the active runs, the restarts, the missed slots and the histograms.

After a task is unregistered, its counters keep their values. Its gauges and up-down counters, such as \`runwell.task.registered\`, have the value 0.

If \`runwell.task.runs\` needs more series than 75 % of the \`cardinalityLimit\` (an option of \`startTelemetry\` and \`otelObserver\`), Runwell
drops the series of unregistered tasks. It begins with the tasks that were unregistered first.

## Dropping metrics and attributes

Use views to drop metrics or attributes. This example drops the metric \`runwell.task.schedule.lag\`, and the attribute
\`runwell.task.run.result\` of the metric \`runwell.task.run.duration\`:

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

With \`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta\`, the SDK exports how much each counter has increased since the last export. The
SDK still exports the current values of gauges and up-down counters.`

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

export function prometheusNames(metric: Metric): string[] {
  return [...new Set(spellings.map((spelling) => prometheusName(metric, spelling)))]
}

function attributes(): string {
  const known = new Map<string, MetricAttribute>()
  for (const { key, values, note } of metricTable.flatMap((metric) => metric.attributes)) {
    const before = known.get(key)
    // Metrics may have different values of the same attribute. The table shows the values of all metrics.
    const all = values && [...new Set([...(before?.values ?? []), ...values])]
    known.set(key, { ...before, key, ...(all && { values: all }), ...(note && { note }) })
  }
  const rows = [...known.values()]
    .sort((a, b) => a.key.localeCompare(b.key))
    .map(
      ({ key, values, note }) =>
        `| \`${key}\` | ${values?.map((value) => `\`${value}\``).join(' ') ?? 'any text'} | ${note ?? ''} |`,
    )
  return ['## Attributes', '', '| attribute | values | note |', '|---|---|---|', ...rows].join('\n')
}

export function isPageFresh(): boolean {
  return readFileSync(metricsPage, 'utf8') === metricsDocument()
}

const isMain = process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href
if (isMain) writeFileSync(metricsPage, metricsDocument())
