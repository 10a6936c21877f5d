import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Metric, MetricAttribute } from '../src/metrics/metric.ts'
import { metricTable } from '../src/metrics/table.ts'
import { prometheusName, spellings } from './prometheus/vocabulary.ts'

/** Path of the page. */
export const metricsPage = new URL('../../../docs/metrics.md', import.meta.url)

/** Generates `docs/metrics.md` from the metric table. */
export function metricsDocument(): string {
  const parts = [
    head,
    section('Of each task', 'task'),
    section('Of the supervisor', 'supervisor'),
    attributes(),
    tail,
  ]
  return `${parts.join('\n\n')}\n`
}

const head = `# Metrics

Made from \`packages/otel/src/metrics/table.ts\` by \`npx tsx packages/otel/scripts/metrics-doc.ts\`; a test fails when this
page is stale. The names are public API: a rename is emitted under both names for one major version.

Totals and states are read from the registry when somebody collects, in one callback, so they cost a run nothing. A
counter that is born at 1 is invisible to \`increase()\`, so none is: the results of runs are there from 0 on, and a total
that appears later is emitted as 0 first, and with its value one collection later. Only the histograms are recorded as things happen. Each series of a task carries \`runwell.task.name\`; all carry \`runwell.supervisor.name\` where
the supervisor has a name of its own. No series ever carries the id of a run.

In Prometheus the dots are underscores. By OTLP (Collector, or Prometheus 3) counters end in \`_total\` and seconds in
\`_seconds\`; the JavaScript Prometheus exporter (\`prometheus: { port }\`) leaves \`_seconds\` out. Both spellings are given.`

const tail = `## How many series

A task that is idle and has slots has about 13: five results, and one each of what is always there. A metric reader of the SDK
keeps 2,000 series per instrument, and puts what is beyond into one series named \`otel.metric.overflow\`: with five
results that is 400 tasks. Runwell emits one warning when it happens. Raise \`cardinalityLimits\` of the reader then;
\`startTelemetry\` sets it to 12,000. With more than 2,000 tasks (\`maxTasks\`) there are totals by \`runwell.task.category\`
instead of series per task, and Runwell emits one warning.

After a task is unregistered, its counters stay. All its other metrics are emitted as 0 once, including \`runwell.task.registered\`.

## Trimming

A view drops what you don't want, for instance all lags, or the attribute of the results:

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

The observer does not care: with \`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta\` the SDK computes the deltas of
the totals, and levels stay as they are.`

function section(title: string, of: Metric['of']): string {
  const rows = metricTable.filter((metric) => metric.of === of).map(row)
  return [
    `## ${title}`,
    '',
    '| metric | instrument | unit | says | attributes | there is one |',
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

/** Returns the names in Prometheus, by OTLP and by the JavaScript exporter; one name if they are equal. */
export function prometheusNames(metric: Metric): string[] {
  return [...new Set(spellings.map((spelling) => prometheusName(metric, spelling)))]
}

function attributes(): string {
  const known = new Map<string, MetricAttribute>()
  for (const attribute of metricTable.flatMap((metric) => metric.attributes))
    known.set(attribute.key, attribute)
  const rows = [...known.values()]
    .sort((a, b) => a.key.localeCompare(b.key))
    .map(
      ({ key, values, note }) =>
        `| \`${key}\` | ${values?.map((value) => `\`${value}\``).join(' ') ?? 'your words'} | ${note ?? ''} |`,
    )
  return ['## Attributes', '', '| attribute | values | |', '|---|---|---|', ...rows].join('\n')
}

/** Whether the page on disk is up to date. */
export function isPageFresh(): boolean {
  return readFileSync(metricsPage, 'utf8') === metricsDocument()
}

const isMain = process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href
if (isMain) writeFileSync(metricsPage, metricsDocument())
