import type { Benchmark } from '../benchmark.ts'
import { figure, ranged, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, Samples, type Spread, spread } from '../rounds.ts'
import { type CandidateId, candidateOf, candidates } from './candidates.ts'
import type { Sample as UsedSample } from './used.ts'
import type { Sample } from './worker.ts'

const nodeArgs = ['--expose-gc', '--max-old-space-size=4096']
const compared: readonly CandidateId[] = ['croner', 'runwell', 'runwell-cron']
const ids = candidates.map(({ id }) => id)

interface Summary {
  readonly bytes: Spread
  readonly microseconds: Spread
  readonly rssMb: Spread
}

export interface IdleData extends Record<CandidateId | 'runwell-100000', Summary> {
  readonly used: UsedSample
}

export const benchmark: Benchmark<IdleData> = {
  id: 'idle',
  seconds: 39,
  title: 'Memory and start of idle tasks',
  packages: ['toad-scheduler', 'effect', 'cron-schedule', 'cron', 'node-cron', 'node-schedule', 'croner'],

  async run({ short, turn }) {
    const measure = (id: CandidateId, tasks = countOf(id)) =>
      turn(() => inFreshProcess<Sample>('idle/worker.ts', [id, tasks], { nodeArgs }))
    const used = () => inFreshProcess<UsedSample>('idle/used.ts', [1_000, short ? 100 : 1_000], { nodeArgs })
    const often = ids.filter((id) => compared.includes(id))
    const seldom = ids.filter((id) => !compared.includes(id))
    const [compare, others, many, usedSample] = await Promise.all([
      inRounds(often, short ? 1 : 5, (id) => measure(id)),
      inRounds(seldom, short ? 1 : 2, (id) => measure(id)),
      measure('runwell', 100_000),
      turn(used),
    ])
    const samples = new Samples([...compare, ...others])
    return {
      ...recordOf(ids, (id) => summary(samples.of(id))),
      'runwell-100000': summary([many]),
      used: usedSample,
    }
  },

  ratios(data) {
    const ours = ['runwell', 'runwell-cron'] as const
    const named = ours.flatMap((id) => [
      [`heap: ${id} / croner`, data[id].bytes.median / data.croner.bytes.median],
      // Uses the minimum, because other work on the same cores can only add CPU time.
      [`register and start: ${id} / croner`, data[id].microseconds.min / data.croner.microseconds.min],
    ])
    return Object.fromEntries(named)
  },

  page(data) {
    const rows: [label: string, tasks: number, row: Summary][] = candidates.map(({ id, label }) => [
      label,
      countOf(id),
      data[id],
    ])
    rows.push(['Runwell `every`', 100_000, data['runwell-100000']])
    return [
      'For each candidate, a fresh process registers and starts hourly tasks, which share one function. The heap is measured after a full garbage collection. Cron libraries get a time zone if they support one.',
      table(
        ['candidate', 'tasks', 'heap, bytes a task', 'register and start, CPU µs a task', 'RSS, MB'],
        rows.map(([label, tasks, { bytes, microseconds, rssMb }]) => [
          label,
          figure(tasks),
          ranged(bytes),
          ranged(microseconds),
          figure(rssMb.median),
        ]),
      ),
      `A task of Runwell takes ${figure(data.used.firstRunBytes)} bytes after its first run, and ${figure(data.used.bytesPerTask)} after 1,000 runs of 1 to 100 ms. This includes its metrics, percentiles and last 20 runs. The other candidates keep at most the last run.`,
    ].join('\n\n')
  },

  plots(data) {
    const values = candidates.map(({ id, label }) => ({
      label: label.replaceAll('`', ''),
      value: data[id].bytes.median,
      ours: id.startsWith('runwell'),
    }))
    return [{ name: 'idle', kind: 'bars', title: 'Heap of one idle task, bytes (log)', log: true, values }]
  },
}

function countOf(id: CandidateId): number {
  return candidateOf(id).slow ? 2_000 : 10_000
}

function summary(samples: readonly Sample[]): Summary {
  return {
    bytes: spread(samples.map(({ bytesPerTask }) => Math.round(bytesPerTask))),
    microseconds: spread(samples.map(({ microsecondsPerTask }) => microsecondsPerTask)),
    rssMb: spread(samples.map(({ rss }) => rss / 2 ** 20)),
  }
}
