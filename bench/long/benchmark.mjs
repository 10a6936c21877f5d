import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { slope } from '../slope.mjs'

const nodeArgs = ['--expose-gc', '--max-old-space-size=2048']
const labels = {
  virtual: '1 h of virtual time, 5,000 tasks of 1 to 60 s',
  real: '10 min of real time, 5,000 tasks each second',
}

/** Ten minutes long, so it runs when it is named. */
export const benchmark = {
  id: 'long',
  seconds: 660,
  title: 'Long runs',
  packages: ['@opentelemetry/sdk-metrics'],

  async run({ short, turn }) {
    const play = (kind, samples, everyMs) =>
      turn(() =>
        inFreshProcess('long/worker.mjs', [kind, samples, everyMs], { nodeArgs, timeoutMs: 1_800_000 }),
      )
    return {
      virtual: await play('virtual', short ? 10 : 60, 60_000),
      real: await play('real', 10, short ? 2_000 : 60_000),
    }
  },

  page(data) {
    const rows = played(data).map(([kind, label]) => {
      const samples = data[kind]
      const { first, last, half } = ends(samples)
      const grown = slope(half.map(({ runs, heap }) => [runs, heap]))
      return [
        label,
        figure(last.runs),
        figure(last.missed + last.skipped),
        `${figure(mb(half[0].heap))} → ${figure(mb(last.heap))}`,
        figure(grown),
        `${figure(mb(half[0].rss))} → ${figure(mb(last.rss))}`,
        figure((1_000 * (last.cpuMs - first.cpuMs)) / (last.runs - first.runs)),
      ]
    })
    return [
      'Beside the tasks: 10 loops that beat and do units, a spawn a second under 300 names, retries, timeouts; one run in 21 fails, one failure in ten with a class of its own. `logObserver` (a logger that drops) and the metrics of `otelObserver`, collected at each sample. The heap is that after a full collection, once a minute; growth is the slope of a line through the samples of the second half, when windows and histories are full.',
      table(
        [
          '',
          'runs',
          'missed or skipped',
          'heap, MB, from half time to the end',
          'growth, bytes a run',
          'RSS, MB',
          'CPU, µs a run',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots(data) {
    const values = played(data).flatMap(([kind, label]) =>
      data[kind].flatMap(({ at, heap, rss }) => [
        { series: `heap, ${label.split(',')[0]}`, x: at, value: mb(heap) },
        ...(kind === 'real' ? [{ series: 'RSS, 10 min of real time', x: at, value: mb(rss) }] : []),
      ]),
    )
    return [{ name: 'long', kind: 'series', title: 'Memory over time, MB', xTitle: 'minutes', values }]
  },
}

function played(data) {
  return Object.entries(labels).filter(([kind]) => data[kind] !== undefined)
}

function ends(samples) {
  return { first: samples[0], last: samples.at(-1), half: samples.slice(samples.length >> 1) }
}

function mb(bytes) {
  return bytes / 2 ** 20
}
