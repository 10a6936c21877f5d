import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { type Point, slope } from '../slope.ts'
import type { Sample } from './worker.ts'

const nodeArgs = ['--expose-gc', '--max-old-space-size=2048']
const labels = {
  virtual: '1 h of virtual time, 5,000 tasks of 1 to 60 s',
  real: '10 min of real time, 5,000 tasks of 1 s',
}
type Kind = keyof typeof labels
const kinds = Object.keys(labels) as Kind[]

type LongData = Record<Kind, readonly Sample[]>

/** Runs only if its name is given, because it takes more than ten minutes. */
export const benchmark: Benchmark<LongData> = {
  id: 'long-runs',
  seconds: 660,
  title: 'Long runs',
  packages: ['@opentelemetry/sdk-metrics'],

  async run({ short, turn }) {
    const play = (kind: Kind, samples: number, everyMs: number) =>
      turn(() =>
        inFreshProcess<Sample[]>('long-runs/worker.ts', [kind, samples, everyMs], {
          nodeArgs,
          timeoutMs: 1_800_000,
        }),
      )
    return {
      virtual: await play('virtual', short ? 10 : 60, 60_000),
      real: await play('real', 10, short ? 2_000 : 60_000),
    }
  },

  page(data) {
    const rows = kinds.map((kind) => {
      const { first, middle, last, half } = partsOf(data[kind])
      const grown = slope(half.map(({ runs, heap }): Point => [runs, heap]))
      return [
        labels[kind],
        figure(last.runs),
        figure(last.missed + last.skipped),
        `${figure(mb(middle.heap))} → ${figure(mb(last.heap))}`,
        figure(grown),
        `${figure(mb(middle.rss))} → ${figure(mb(last.rss))}`,
        figure((1_000 * (last.cpuMs - first.cpuMs)) / (last.runs - first.runs)),
      ]
    })
    return [
      'Besides the tasks of the table, there are 10 loops, and each second a run is spawned under one of 300 names. One run in 21 fails. The observers are `logObserver` and `otelObserver` (metrics only). The heap is measured once a minute after a full garbage collection. *Growth* is the slope of a line through the heap values of the second half.',
      table(
        [
          'test',
          'runs',
          'missed or skipped',
          'heap at half time → at the end, MB',
          'growth, bytes a run',
          'RSS at half time → at the end, MB',
          'CPU, µs a run',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots(data) {
    const values = kinds.flatMap((kind) =>
      data[kind].flatMap(({ at, heap, rss }) => [
        { series: `heap, ${labels[kind].split(',')[0]}`, x: at, value: mb(heap) },
        ...(kind === 'real' ? [{ series: 'RSS, 10 min of real time', x: at, value: mb(rss) }] : []),
      ]),
    )
    return [{ name: 'long-runs', kind: 'series', title: 'Memory over time, MB', xTitle: 'minutes', values }]
  },
}

function partsOf(samples: readonly Sample[]) {
  const half = samples.slice(samples.length >> 1)
  const [[first], [middle], last] = [samples, half, samples.at(-1)]
  if (first === undefined || middle === undefined || last === undefined) throw new Error('No samples')
  return { first, middle, last, half }
}

function mb(bytes: number): number {
  return bytes / 2 ** 20
}
