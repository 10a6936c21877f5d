import type { Benchmark } from '../benchmark.ts'
import { ranged, table, timesAs } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, minRatio, type Spread, spread } from '../rounds.ts'
import type { Mode, Sample } from './worker.ts'

const labels: Record<Mode, string> = {
  nothing: 'nothing',
  runwell: 'Runwell, 100 tasks each second',
  'async-local-storage': 'AsyncLocalStorage',
  'async-hooks': '`async_hooks`, all four hooks and a Map',
}
const modes = Object.keys(labels) as Mode[]

interface Costs {
  readonly awaitNs: Spread
  readonly awaitRatio: number
  readonly turnNs: Spread
  readonly turnRatio: number
}

export type AwaitsData = Record<Mode, Costs>

export const benchmark: Benchmark<AwaitsData> = {
  id: 'awaits',
  seconds: 20,
  title: 'Cost to the rest of the application',
  packages: [],

  async run({ short, turn }) {
    const samples = await inRounds(modes, short ? 3 : 4, (mode) =>
      turn(() => inFreshProcess<Sample>('awaits/worker.ts', [mode, 1_200])),
    )
    const of = (mode: Mode, field: keyof Sample) => samples.of(mode).map((sample) => sample[field])
    return recordOf(modes, (mode) => ({
      awaitNs: spread(of(mode, 'awaitNs')),
      awaitRatio: minRatio(of(mode, 'awaitNs'), of('nothing', 'awaitNs')),
      turnNs: spread(of(mode, 'turnNs')),
      turnRatio: minRatio(of(mode, 'turnNs'), of('nothing', 'turnNs')),
    }))
  },

  ratios(data) {
    const others = modes.filter((mode) => mode !== 'nothing')
    const named = others.flatMap((mode) => [
      [`await: ${mode} / nothing`, data[mode].awaitRatio],
      [`turn: ${mode} / nothing`, data[mode].turnRatio],
    ])
    return Object.fromEntries(named)
  },

  page(data) {
    const rows = modes.map((mode) => {
      const { awaitNs, awaitRatio, turnNs, turnRatio } = data[mode]
      return [labels[mode], ranged(awaitNs), timesAs(awaitRatio), ranged(turnNs), timesAs(turnRatio)]
    })
    return [
      'The table shows the CPU time of an `await`, and of a *turn* of the event loop (`setImmediate`).',
      table(
        [
          'what the process uses',
          'await, ns',
          'await, relative to row 1',
          'turn, ns',
          'turn, relative to row 1',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots: () => [],
}
