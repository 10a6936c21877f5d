import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'

const labels = { raw: 'raw `setInterval`', runwell: 'Runwell `every`' }
const count = 100_000

export const benchmark = {
  id: 'mixed',
  title: '100,000 tasks of mixed periods',
  packages: [],

  async run({ short }) {
    const windowS = short ? 5 : 10
    const data = {}
    for (const id of Object.keys(labels))
      data[id] = await inFreshProcess('mixed/worker.mjs', [id, count, windowS])
    return data
  },

  ratios(data) {
    return { 'CPU: runwell / raw': data.runwell.cpuMsPerS / data.raw.cpuMsPerS }
  },

  page(data) {
    const rows = Object.entries(labels).map(([id, label]) => {
      const row = data[id]
      return [
        label,
        figure(row.registerMs),
        figure(row.cpuMsPerS),
        figure(row.worstDelayMs),
        `${figure(row.runs)} of ${figure(row.due)}`,
        row.missed === null ? 'not told' : figure(row.missed),
        figure(row.lateP50Ms),
        figure(row.lateP99Ms),
        figure(row.rssMb),
      ]
    })
    return [
      'Periods from 1 to 60 s, about 7,000 runs a second. The schedulers are left out: `cron` needs over a minute to register so many, croner 8 GB. Lateness of a raw interval is what it has slipped from its own grid.',
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
