import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { inRounds, median, minRatio } from '../rounds.ts'
import type { Sample } from './worker.ts'

const labels = { raw: 'raw `setInterval`', runwell: 'Runwell `every`' } as const
type CandidateId = keyof typeof labels
const ids = Object.keys(labels) as CandidateId[]

const count = 100_000
const windowS = 20

export interface MixedPeriodsData extends Record<CandidateId, Sample> {
  /** The CPU time of Runwell, divided by the CPU time of raw timers. */
  readonly toRaw: number
}

export const benchmark: Benchmark<MixedPeriodsData> = {
  id: 'mixed-periods',
  seconds: 105,
  title: '100,000 tasks of mixed periods',
  packages: [],

  async run({ short, turn }) {
    const nodeArgs = ['--expose-gc']
    const samples = await inRounds(ids, short ? 1 : 2, (id) =>
      turn(() => inFreshProcess<Sample>('mixed-periods/worker.ts', [id, count, windowS], { nodeArgs })),
    )
    const cpu = (id: CandidateId) => samples.of(id).map(({ cpuMsPerS }) => cpuMsPerS)
    return {
      raw: summary(samples.of('raw')),
      runwell: summary(samples.of('runwell')),
      toRaw: minRatio(cpu('runwell'), cpu('raw')),
    }
  },

  ratios({ toRaw }) {
    return { 'CPU: runwell / raw': toRaw }
  },

  page(data) {
    const rows = ids.map((id) => {
      const row = data[id]
      return [
        labels[id],
        figure(row.registerMs),
        figure(row.cpuMsPerS),
        figure(row.worstDelayMs),
        row.due === null ? figure(row.runs) : `${figure(row.runs)} of ${figure(row.due)}`,
        row.missed === null ? 'unknown' : figure(row.missed),
        figure(row.lateP50Ms),
        figure(row.lateP99Ms),
        figure(row.rssMb),
      ]
    })
    return [
      'The tasks have periods of 1 to 60 s. The measurement lasts for 20 s, and about 5,500 runs a second are due. Other schedulers are left out: to register that many tasks, `cron` needs over a minute, and croner needs 8 GB. The values are medians of two measurements, but *missed* is the sum of both.',
      table(
        [
          'candidate',
          'register all tasks, ms',
          'CPU, ms a second',
          'worst event loop delay, ms',
          'runs',
          'missed',
          'lateness p50, ms',
          'lateness p99, ms',
          'RSS, MB',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots: () => [],
}

function summary(rounds: readonly Sample[]): Sample {
  const medianOf = (field: 'registerMs' | 'cpuMsPerS' | 'worstDelayMs' | 'runs' | 'rssMb') =>
    median(rounds.map((round) => round[field]))
  const known = (field: 'due' | 'missed' | 'lateP50Ms' | 'lateP99Ms') => {
    const values = rounds.flatMap((round) => round[field] ?? [])
    return values.length === rounds.length ? values : undefined
  }
  const medianOfKnown = (field: 'due' | 'lateP50Ms' | 'lateP99Ms') => {
    const values = known(field)
    return values === undefined ? null : median(values)
  }
  return {
    registerMs: medianOf('registerMs'),
    cpuMsPerS: medianOf('cpuMsPerS'),
    worstDelayMs: medianOf('worstDelayMs'),
    runs: medianOf('runs'),
    due: medianOfKnown('due'),
    missed: known('missed')?.reduce((all, one) => all + one, 0) ?? null,
    lateP50Ms: medianOfKnown('lateP50Ms'),
    lateP99Ms: medianOfKnown('lateP99Ms'),
    rssMb: medianOf('rssMb'),
  }
}
