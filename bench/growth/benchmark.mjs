import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'

const sizes = [100, 1_000, 10_000, 100_000]

export const benchmark = {
  id: 'growth',
  title: 'Growth: a run, a tick, a report, a collect',
  packages: ['@opentelemetry/sdk-metrics'],

  async run() {
    const data = {}
    for (const count of sizes) data[count] = await inFreshProcess('growth/worker.mjs', [count])
    return data
  },

  page(data) {
    const rows = sizes.map((count) => {
      const row = data[count]
      return [
        figure(count),
        figure(row.runCpuNs),
        figure(row.tickMs),
        figure(row.tickAfterRunsMs),
        figure(row.report.tookMs),
        figure(row.collect.tookMs),
        figure(row.collect.holdMs),
        figure(row.rssMb),
      ]
    })
    return [
      "Tasks that have each run twice, with `otelObserver` (metrics only, default options: above 2,000 tasks totals take the place of series per task). A run is by `trigger`, of one task after another. A tick is the monitor's, after nothing has happened and after 100 tasks have run; a collect goes through a reader of the OpenTelemetry SDK.",
      table(
        [
          'tasks',
          'run, CPU ns',
          'tick, ms',
          'tick after 100 runs, ms',
          '`report()`, ms',
          'collect, ms',
          'of it the loop is held, ms',
          'RSS, MB',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots(data) {
    const series = [
      ['run', (row) => row.runCpuNs / 1e6],
      ['tick after 100 runs', (row) => row.tickAfterRunsMs],
      ['report()', (row) => row.report.tookMs],
      ['collect', (row) => row.collect.tookMs],
    ]
    const values = series.flatMap(([name, of]) =>
      sizes.map((count) => ({ series: name, x: count, value: of(data[count]) })),
    )
    return [{ name: 'growth', kind: 'lines', title: 'Cost as tasks grow, ms (log)', xTitle: 'tasks', values }]
  },
}
