import { RedisServer } from '../../scripts/servers/redis.ts'
import type { Benchmark } from '../benchmark.ts'
import { figure, ranged, table, timesAs } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, minRatio, Samples, type Spread, spread } from '../rounds.ts'
import { type CaseId, cases } from './cases.ts'
import type { Sample } from './worker.ts'

const processCount = 5
const taskCount: Readonly<Record<CaseId, number>> = { schedulers: 200, ids: 200, fleet: 200, idle: 1_000 }
const ids = Object.keys(cases) as CaseId[]
const alone = ['schedulers', 'ids'] as const

interface Round {
  /** CPU time of all processes and of the store, divided by the number of runs. */
  readonly microsecondsPerRun: number
  readonly storePerRun: number
  readonly runsPerS: number
  readonly percentEach: number
}

type Fields = Record<keyof Round, Spread>

export interface FleetData extends Record<CaseId, Fields> {
  readonly ratios: Record<(typeof alone)[number], number>
}

export const benchmark: Benchmark<FleetData> = {
  id: 'fleet',
  seconds: 260,
  title: 'A fleet on BullMQ',
  packages: ['bullmq', 'ioredis'],

  async run({ short, turn }) {
    const windowMs = short ? 8_000 : 15_000
    const samples = new Samples(await inRounds(ids, short ? 1 : 3, (id) => turn(() => round(id, windowMs))))
    const valuesOf = (id: CaseId, field: keyof Round) => samples.of(id).map((sample) => sample[field])
    const fields = ['microsecondsPerRun', 'storePerRun', 'runsPerS', 'percentEach'] as const
    return {
      ...recordOf(ids, (id) => recordOf(fields, (field) => spread(valuesOf(id, field)))),
      ratios: recordOf(alone, (id) =>
        minRatio(valuesOf('fleet', 'microsecondsPerRun'), valuesOf(id, 'microsecondsPerRun')),
      ),
    }
  },

  ratios: ({ ratios }) => ({
    'CPU of a run: fleet / BullMQ with job schedulers': ratios.schedulers,
    'CPU of a run: fleet / BullMQ with ids': ratios.ids,
  }),

  page(data) {
    const rows = (['schedulers', 'ids', 'fleet'] as const).map((id) => [
      cases[id],
      ranged(data[id].microsecondsPerRun),
      figure(data[id].storePerRun.median),
      figure(data[id].runsPerS.median),
    ])
    return [
      `${processCount} processes share ${taskCount.fleet} tasks that run once a second, over one Redis. CPU time is that of all processes and of Redis, divided by the runs.`,
      table(['candidate', 'CPU, µs a run', 'CPU of Redis alone, µs a run', 'runs a second'], rows),
      `A run in a fleet costs ${timesAs(data.ratios.schedulers)} as much as with job schedulers, and ${timesAs(data.ratios.ids)} as much as with an id for each slot. Job schedulers do not prevent overlapping runs, and do not report missed slots. In a fleet of ${processCount} processes with 1,000 idle tasks, each process uses ${figure(data.idle.percentEach.median)} % of a core.`,
    ].join('\n\n')
  },

  plots: () => [],
}

async function round(id: CaseId, windowMs: number): Promise<Round> {
  await using redis = await RedisServer.start()
  const args = [id, redis.connection.port, taskCount[id], Date.now(), windowMs]
  const all = await Promise.all(
    Array.from({ length: processCount }, () => inFreshProcess<Sample>('fleet/worker.ts', args)),
  )
  const sum = (value: (sample: Sample) => number): number =>
    all.reduce((total, each) => total + value(each), 0)
  const runs = sum((sample) => sample.runs)
  const storeMs = sum((sample) => sample.storeMs) / processCount
  const cpuMs = sum((sample) => sample.cpuMs)
  const seconds = sum((sample) => sample.windowMs) / processCount / 1_000
  return {
    microsecondsPerRun: ((cpuMs + storeMs) / runs) * 1_000,
    storePerRun: (storeMs / runs) * 1_000,
    runsPerS: runs / seconds,
    percentEach: cpuMs / processCount / seconds / 10,
  }
}
