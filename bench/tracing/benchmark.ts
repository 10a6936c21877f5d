import type { Costs } from '../batches.ts'
import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, lowerDecile, median } from '../rounds.ts'
import type { Mode } from './worker.ts'

const labels: Record<Mode, string> = {
  await: 'bare await',
  'await-asking': 'bare await that first checks for subscribers, as each run does',
  runwell: 'Runwell `trigger`, no subscriber',
  subscriber: 'Runwell `trigger`, one subscriber at each of the five channels',
  store: 'Runwell `trigger`, an AsyncLocalStorage bound to `start`',
}
const modes = Object.keys(labels) as Mode[]
/** `await` and `await-asking` differ by only a few nanoseconds. So they are measured in one process, in turns. */
const groups: readonly (readonly Mode[])[] = [
  ['await', 'await-asking'],
  ['runwell'],
  ['subscriber'],
  ['store'],
]

interface Cost {
  readonly quietNs: number
  readonly medianNs: number
}

export type TracingData = Record<Mode, Cost>

export const benchmark: Benchmark<TracingData> = {
  id: 'tracing',
  seconds: 25,
  title: 'Cost of the tracing channel',
  packages: [],

  async run({ short, turn }) {
    const samples = await inRounds(groups, short ? 3 : 6, (group) =>
      turn(() => inFreshProcess<Costs<Mode>>('tracing/worker.ts', [short ? 400 : 800, ...group])),
    )
    const all = [...samples.values()].flat()
    return recordOf(modes, (mode) => {
      const costs = all.flatMap((sample) => sample[mode] ?? [])
      return { quietNs: lowerDecile(costs), medianNs: median(costs) }
    })
  },

  page(data) {
    const rows = modes.map((mode) => [labels[mode], figure(data[mode].quietNs), figure(data[mode].medianNs)])
    const asking = data['await-asking'].quietNs - data.await.quietNs
    return [
      'The table shows the CPU time of one run of a task that does nothing, without observers. On Node 20 and 22, an AsyncLocalStorage makes every `await` more expensive. The last row contains this cost.',
      table(['what is called', 'CPU when quiet, ns', 'median, ns'], rows),
      `Without a subscriber, the channel costs a run ${figure(Math.max(0, asking))} ns.`,
    ].join('\n\n')
  },

  plots: () => [],
}
