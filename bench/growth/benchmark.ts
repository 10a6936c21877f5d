import type { Benchmark } from '../benchmark.ts'
import { figure, table, timesAs } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds } from '../rounds.ts'
import { exponent, type Point } from '../slope.ts'
import type { RunSample, Sample } from './worker.ts'

const sizes = [100, 1_000, 10_000, 100_000] as const
type Size = (typeof sizes)[number]

const [fewest, most] = [100, 100_000] as const
const logGrowth = Math.log(most) / Math.log(fewest)

export type GrowthData = Record<Size, Sample>

export const benchmark: Benchmark<GrowthData> = {
  id: 'growth',
  seconds: 60,
  title: 'Growth: a run, a tick, a report, a collection',
  packages: ['@opentelemetry/sdk-metrics'],

  async run({ short, turn }) {
    const measure = <Output>(count: Size, part: 'all' | 'runs') =>
      turn(() => inFreshProcess<Output>('growth/worker.ts', [count, part], { timeoutMs: 600_000 }))
    const whole = await inRounds<Size, Sample>(sizes, 1, (count) => measure(count, 'all'))
    // Another program may slow down a whole process. So runs are also measured in further processes, and the lowest
    // value counts.
    const again = await inRounds<Size, RunSample>([fewest, most], short ? 1 : 3, (count) =>
      measure(count, 'runs'),
    )
    return recordOf(sizes, (count) => {
      const [sample] = whole.of(count)
      if (sample === undefined) throw new Error(`${count} tasks were not measured`)
      const all = [sample, ...(again.get(count) ?? [])]
      const least = (field: keyof RunSample) => Math.min(...all.map((one) => one[field]))
      return { ...sample, runCpuNs: least('runCpuNs'), hotRunCpuNs: least('hotRunCpuNs') }
    })
  },

  ratios(data) {
    return {
      'a run, of 100 of 100,000 tasks / of 100': data[most].hotRunCpuNs / data[fewest].hotRunCpuNs,
    }
  },

  page(data) {
    const rows = sizes.map((count) => {
      const row = data[count]
      return [
        figure(count),
        figure(row.hotRunCpuNs),
        figure(row.runCpuNs),
        figure(row.byHandNs),
        figure(row.tickMs),
        figure(row.tickAfterRunsMs),
        figure(row.report.tookMs),
        figure(row.collect.tookMs),
        figure(row.collect.holdMs),
        figure(row.rssMb),
      ]
    })
    return [
      'Each task has run twice before the measurement. The observer is `otelObserver`, for metrics only. Above 2,000 tasks, it sends totals instead of series per task. Some of the columns are:',
      [
        '- *run, of 100*: a run, if only 100 of the tasks are triggered, one after the other. Their data stays in the CPU caches.',
        '- *run, of all*: a run, if all tasks are triggered, one after the other.',
        '- *without Runwell, of all*: a run of code without Runwell that keeps six counters and the last 100 runs of each task.',
        '- *tick*: a monitor tick, if no task has run since the last tick.',
        '- *tick after 100 runs*: a monitor tick, if there were 100 runs since the last tick.',
        '- *collection*: the time in which a metric reader of the OpenTelemetry SDK collects all metrics.',
      ].join('\n'),
      table(
        [
          'tasks',
          'run, of 100, CPU ns',
          'run, of all, CPU ns',
          'without Runwell, of all, CPU ns',
          'tick, ms',
          'tick after 100 runs, ms',
          '`report()`, ms',
          'collection, ms',
          'longest block of the event loop by a collection, ms',
          'RSS, MB',
        ],
        rows,
      ),
      'The next table shows how much each cost grows from 100 to 100,000 tasks. The exponent *k* is the best fit of *cost ~ tasks^k*: a constant cost has k = 0, a linear cost k = 1. A cost of O(log n) would grow by 2.5 ×, which is k = 0.13.',
      table(['cost', 'grows by', 'k', 'how it grows with n tasks'], laws(data)),
    ].join('\n\n')
  },

  plots(data) {
    const series: readonly [string, (row: Sample) => number][] = [
      ['run, of 100', (row) => row.hotRunCpuNs / 1e6],
      ['run, of all', (row) => row.runCpuNs / 1e6],
      ['tick after 100 runs', (row) => row.tickAfterRunsMs],
      ['report()', (row) => row.report.tookMs],
      ['collection', (row) => row.collect.tookMs],
    ]
    const values = series.flatMap(([name, of]) =>
      sizes.map((count) => ({ series: name, x: count, value: of(data[count]) })),
    )
    return [{ name: 'growth', kind: 'lines', title: 'Cost as tasks grow, ms (log)', xTitle: 'tasks', values }]
  },
}

const costs: readonly [string, 'log' | 'linear', (row: Sample) => number][] = [
  ['run, of 100', 'log', (row) => row.hotRunCpuNs],
  ['run, of all', 'log', (row) => row.runCpuNs],
  ['without Runwell, of all', 'log', (row) => row.byHandNs],
  ['tick', 'log', (row) => row.tickMs],
  ['tick after 100 runs', 'log', (row) => row.tickAfterRunsMs],
  ['`report()`', 'linear', (row) => row.report.tookMs],
  ['collection', 'linear', (row) => row.collect.tookMs],
]

function laws(data: GrowthData): string[][] {
  return costs.map(([name, law, of]) => {
    const k = exponent(sizes.map((count): Point => [count, of(data[count])]))
    const grown = of(data[most]) / of(data[fewest])
    return [name, timesAs(grown), k.toFixed(2), verdict(law, grown, k)]
  })
}

function verdict(law: 'log' | 'linear', grown: number, k: number): string {
  if (grown <= logGrowth) return 'no more than O(log n)'
  if (law === 'log') return 'more than O(log n)'
  return k <= 1.1 ? 'no more than O(n): it reads every task' : 'more than O(n)'
}
