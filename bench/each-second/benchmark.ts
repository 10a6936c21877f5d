import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { recordOf } from '../records.ts'
import { inRounds, minRatio, Samples, type Spread, spread } from '../rounds.ts'
import { type CandidateId, candidateOf, candidates } from './candidates.ts'
import type { Sample } from './worker.ts'

const compared: readonly CandidateId[] = ['raw', 'runwell']

const sizes = [1_000, 5_000, 20_000] as const
type Size = (typeof sizes)[number]

const rounds: Record<Size, number> = { 1000: 1, 5000: 4, 20000: 1 }
/** With 20,000 tasks, most other candidates lose runs, or take minutes to register their tasks. */
const idsOf: Record<Size, readonly CandidateId[]> = {
  1000: ['raw', 'croner', 'runwell'],
  5000: candidates.map(({ id }) => id),
  20000: ['raw', 'one-timer', 'runwell'],
}
const fields = [
  'cpuMsPerS',
  'worstDelayMs',
  'runs',
  'due',
  'lateP50Ms',
  'lateP99Ms',
  'rssMb',
  'registerMs',
] as const

export interface WindowSummary extends Record<(typeof fields)[number], Spread> {
  /**
   * The CPU time of this candidate, divided by the CPU time of raw timers. Absent if their numbers of rounds differ.
   */
  readonly toRaw?: number
}

export type EachSecondData = Record<Size, Partial<Record<CandidateId, WindowSummary>>>

export const benchmark: Benchmark<EachSecondData> = {
  id: 'each-second',
  seconds: 113,
  title: 'Many tasks, all due each second',
  packages: ['toad-scheduler', 'effect', 'cron-schedule', 'cron', 'node-cron', 'node-schedule', 'croner'],

  async run({ short, turn }) {
    const ofSize = async (count: Size) => {
      const ids = idsOf[count]
      const measure = (id: CandidateId) =>
        turn(() =>
          inFreshProcess<Sample>('each-second/worker.ts', [id, count, compared.includes(id) ? 3 : 2]),
        )
      const often = ids.filter((id) => compared.includes(id))
      const seldom = ids.filter((id) => !often.includes(id))
      const [compare, others] = await Promise.all([
        inRounds(often, short ? 1 : rounds[count], measure),
        inRounds(seldom, 1, measure),
      ])
      const samples = new Samples([...compare, ...others])
      return recordOf(ids, (id) => summary(samples.of(id), samples.of('raw')))
    }
    const [small, middle, large] = await Promise.all([ofSize(1_000), ofSize(5_000), ofSize(20_000)])
    return { 1000: small, 5000: middle, 20000: large }
  },

  ratios(data) {
    return { '5,000 tasks, CPU: runwell / raw': data[5_000].runwell?.toRaw ?? Number.NaN }
  },

  page(data) {
    const head = [
      'candidate',
      'CPU, ms a second',
      'worst event loop delay, ms',
      'runs done',
      'lateness p50, ms',
      'lateness p99, ms',
      'RSS, MB',
      'register all tasks, ms',
    ]
    const tables = sizes.map((count) => {
      const rows = idsOf[count].map((id) => {
        const row = summaryOf(data, count, id)
        return [
          candidateOf(id).label,
          figure(row.cpuMsPerS.median),
          figure(row.worstDelayMs.median),
          `${doneShare(row).toFixed(1)} %`,
          figure(row.lateP50Ms.median),
          figure(row.lateP99Ms.median),
          figure(row.rssMb.median),
          figure(row.registerMs.median),
        ]
      })
      return `**${figure(count)} tasks**\n\n${table(head, rows)}`
    })
    return [
      "The tasks do nothing and run every second. In Runwell (`anchor: 'epoch'`) and in cron libraries, all tasks are due at the full second. Tasks with an interval are due one after the other. Runwell records each run. The other candidates record at most the last run.",
      ...tables,
    ].join('\n\n')
  },

  plots(data) {
    const values = candidates.map(({ id, label }) => {
      const row = summaryOf(data, 5_000, id)
      return {
        label: `${label.replaceAll('`', '')}${shortfall(row)}`,
        value: row.cpuMsPerS.median,
        ours: id === 'runwell',
      }
    })
    return [
      {
        name: 'each-second',
        kind: 'bars',
        title: 'CPU of 5,000 tasks each second, ms a second (log)',
        log: true,
        values,
      },
    ]
  },
}

function summaryOf(data: EachSecondData, count: Size, id: CandidateId): WindowSummary {
  const summary = data[count][id]
  if (summary === undefined) throw new Error(`${id} was not measured with ${count} tasks`)
  return summary
}

function doneShare({ runs, due }: WindowSummary): number {
  return (100 * runs.median) / due.median
}

function shortfall(row: WindowSummary): string {
  return doneShare(row) < 99 ? ` (did ${doneShare(row).toFixed(0)} % of its runs)` : ''
}

function summary(samples: readonly Sample[], raw: readonly Sample[]): WindowSummary {
  const cpu = (all: readonly Sample[]) => all.map(({ cpuMsPerS }) => cpuMsPerS)
  const ofField = (field: keyof Sample) => spread(samples.map((sample) => sample[field] ?? Number.NaN))
  return {
    ...recordOf(fields, ofField),
    ...(samples.length === raw.length ? { toRaw: minRatio(cpu(samples), cpu(raw)) } : {}),
  }
}
