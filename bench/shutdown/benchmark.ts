import type { Benchmark } from '../benchmark.ts'
import { figure, table } from '../markdown.ts'
import { inFreshProcess } from '../process.ts'
import { type Spread, spread } from '../rounds.ts'
import type { CandidateId, Sample } from './worker.ts'

const labels: Record<CandidateId, string> = {
  toad: 'toad-scheduler `stop()`',
  'node-cron': 'node-cron `shutdown(5000)`',
  cron: 'cron, `stop()` of each job',
  'node-schedule': 'node-schedule `gracefulShutdown()`',
  runwell: "Runwell `stop({ deadline: '5s' })`",
}
const ids = Object.keys(labels) as CandidateId[]
const deadlineMs = 5_000

interface Outcome extends Omit<Sample, 'tookMs'> {
  readonly tookMs: Spread | null
}

type ShutdownData = Record<CandidateId, Outcome>

export const benchmark: Benchmark<ShutdownData> = {
  id: 'shutdown',
  seconds: 10,
  title: 'Stopping 100 tasks in flight, 5 of which never end',
  packages: ['toad-scheduler', 'node-cron', 'cron', 'node-schedule'],

  async run({ turn }) {
    // All programs run at the same time, because they only wait.
    const outcomes = await turn(() => Promise.all(ids.map(stopped)))
    return Object.fromEntries(outcomes) as ShutdownData
  },

  page(data) {
    const rows = ids.map((id) => {
      const { tookMs, endedBefore, named, inOrder } = data[id]
      return [
        labels[id],
        tookMs === null ? 'not within 8 s' : `${figure(tookMs.median / 1_000)} s`,
        `${endedBefore} of 95`,
        `${named} of 5`,
        inOrder === null ? 'none' : inOrder ? 'kept' : 'broken',
      ]
    })
    return [
      '100 tasks run when the stop begins. 95 of them end within 20 ms after their abort signal. If the candidate has no abort signal, they end 1 s after the stop began. The other 5 never end. In Runwell, each of the four priorities has 25 tasks.',
      table(
        [
          'candidate',
          'call returned after',
          'runs ended by then',
          'abandoned runs named',
          'order of priorities',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots: () => [],
}

async function stopped(id: CandidateId): Promise<[CandidateId, Outcome]> {
  const { tookMs, ...rest } = await inFreshProcess<Sample>('shutdown/worker.ts', [id, deadlineMs])
  return [id, { tookMs: tookMs === null ? null : spread([tookMs]), ...rest }]
}
