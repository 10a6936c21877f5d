import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, Samples, type Spread, spread } from '../rounds.ts'
import { type CaseId, cases } from './cases.ts'
import type { Sample } from './worker.ts'

const ids = Object.keys(cases) as CaseId[]
const fields = ['cpuMsPerS', 'eventsPerS', 'heapGrowthKb', 'viewers'] as const

export type ConsoleData = Record<CaseId, Record<(typeof fields)[number], Spread>>

export const benchmark: Benchmark<ConsoleData> = {
  id: 'console',
  seconds: 180,
  title: 'A console with viewers',
  packages: [],

  async run({ short, turn }) {
    const windowS = short ? 5 : 10
    const samples = new Samples(
      await inRounds(ids, short ? 1 : 2, (id) =>
        turn(() => inFreshProcess<Sample>('console/worker.ts', [id, windowS], { nodeArgs: ['--expose-gc'] })),
      ),
    )
    return recordOf(ids, (id) =>
      recordOf(fields, (field) => spread(samples.of(id).map((sample) => sample[field]))),
    )
  },

  page(data) {
    const rows = ids.map((id) => {
      const { cpuMsPerS, eventsPerS, heapGrowthKb, viewers } = data[id]
      return [
        cases[id],
        figure(cpuMsPerS.min / 10),
        figure((cpuMsPerS.min - data.none.cpuMsPerS.min) / 10),
        figure(eventsPerS.median),
        figure(heapGrowthKb.median),
        figure(viewers.median),
      ]
    })
    const head = [
      'case',
      'CPU, % of a core',
      'CPU that the console adds, % of a core',
      'events a second',
      'heap growth, KB',
      'viewers connected',
    ]
    return [
      '200 tasks together have 500 runs a second, so there are 1,000 events a second. Four viewers look at the tasks, and one looks at the events. The table shows the process with the tasks, during 10 s after a warm-up. Heap growth includes buffers outside of the heap.',
      table(head, rows),
    ].join('\n\n')
  },

  plots: () => [],
}
