import type { Costs } from '../batches.ts'
import type { Benchmark } from '../benchmark.ts'
import { figure, table, timesAs } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, lowerDecile, median } from '../rounds.ts'
import type { Mode } from './worker.ts'

const labels: Record<Mode, string> = {
  instrument: 'a function wrapped with `instrument()`',
  wrap: 'a function wrapped with `external().wrap()`',
  'node-cron': 'node-cron `execute`, without Runwell',
  'node-cron-loaded': 'node-cron `execute`, Runwell loaded, the job not adopted',
  'node-cron-adopted': 'node-cron `execute` of an adopted job',
}
const modes = Object.keys(labels) as Mode[]
const groups: readonly (readonly Mode[])[] = [
  ['instrument', 'wrap'],
  ['node-cron'],
  ['node-cron-loaded'],
  ['node-cron-adopted'],
]

interface Cost {
  readonly quietNs: number
  readonly medianNs: number
}

export type AdoptedData = Record<Mode, Cost>

const ratio = (data: AdoptedData, mode: Mode, to: Mode): number => data[mode].quietNs / data[to].quietNs

export const benchmark: Benchmark<AdoptedData> = {
  id: 'adopted',
  seconds: 30,
  title: 'Cost of an adopted run',
  packages: ['node-cron'],

  async run({ short, turn }) {
    const samples = await inRounds(groups, short ? 3 : 6, (group) =>
      turn(() => inFreshProcess<Costs<Mode>>('adopted/worker.ts', [short ? 400 : 800, ...group])),
    )
    const all = [...samples.values()].flat()
    return recordOf(modes, (mode) => {
      const costs = all.flatMap((sample) => sample[mode] ?? [])
      return { quietNs: lowerDecile(costs), medianNs: median(costs) }
    })
  },

  ratios: (data) => ({
    'wrap / instrument': ratio(data, 'wrap', 'instrument'),
    'node-cron-loaded / node-cron': ratio(data, 'node-cron-loaded', 'node-cron'),
  }),

  page(data) {
    const rows = modes.map((mode) => [labels[mode], figure(data[mode].quietNs), figure(data[mode].medianNs)])
    return [
      'The table shows the CPU time of one run of a job that does nothing. No observer is attached.',
      table(['what is called', 'CPU when quiet, ns', 'median, ns'], rows),
      `A function wrapped with \`external().wrap()\` costs ${timesAs(ratio(data, 'wrap', 'instrument'))} one wrapped with \`instrument()\`. If Runwell is loaded, a job that is not adopted costs ${timesAs(ratio(data, 'node-cron-loaded', 'node-cron'))} what it costs without Runwell.`,
    ].join('\n\n')
  },

  plots: () => [],
}
