import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { inRounds, leastRatio, median } from '../rounds.mjs'

const labels = { raw: 'raw `setInterval`', runwell: 'Runwell `every`' }
const count = 100_000
const windowS = 20

export const benchmark = {
  id: 'mixed',
  seconds: 105,
  title: '100,000 tasks of mixed periods',
  packages: [],

  async run({ short, turn }) {
    const samples = await inRounds(Object.keys(labels), short ? 1 : 2, (id) =>
      turn(() => inFreshProcess('mixed/worker.mjs', [id, count, windowS], { nodeArgs: ['--expose-gc'] })),
    )
    const data = Object.fromEntries([...samples].map(([id, rounds]) => [id, summary(rounds)]))
    const cpu = (id) => samples.get(id).map(({ cpuMsPerS }) => cpuMsPerS)
    return { ...data, toRaw: leastRatio(cpu('runwell'), cpu('raw')) }
  },

  ratios({ toRaw }) {
    return { 'CPU: runwell / raw': toRaw }
  },

  page(data) {
    const rows = Object.entries(labels).map(([id, label]) => {
      const row = data[id]
      return [
        label,
        figure(row.registerMs),
        figure(row.cpuMsPerS),
        figure(row.worstDelayMs),
        row.due === null ? figure(row.runs) : `${figure(row.runs)} of ${figure(row.due)}`,
        row.missed === null ? 'not told' : figure(row.missed),
        figure(row.lateP50Ms),
        figure(row.lateP99Ms),
        figure(row.rssMb),
      ]
    })
    return [
      'Periods from 1 to 60 s, about 7,000 runs a second. The schedulers are left out: `cron` needs over a minute to register so many, croner 8 GB. Lateness of a raw interval is what it has slipped from its own grid. Medians of two windows of 20 s, into each of which falls one collection of the old heap; misses of all of them.',
      table(
        [
          '',
          'register, ms',
          'CPU, ms a second',
          'worst loop delay, ms',
          'runs',
          'missed',
          'late p50, ms',
          'p99',
          'RSS, MB',
        ],
        rows,
      ),
    ].join('\n\n')
  },

  plots: () => [],
}

/** Of the rounds of one candidate the medians; of what was missed, all. What a candidate can't say is null. */
function summary(rounds) {
  const of = (field) => rounds.map((round) => round[field])
  const medianOf = (field) => (of(field).includes(null) ? null : median(of(field)))
  const medians = Object.keys(rounds[0]).map((field) => [field, medianOf(field)])
  const missed = of('missed').includes(null) ? null : of('missed').reduce((all, one) => all + one, 0)
  return { ...Object.fromEntries(medians), missed }
}
