import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { inRounds, leastRatio, spread } from '../rounds.mjs'
import { candidates } from './candidates.mjs'

const compared = ['raw', 'runwell']
const rounds = { 1000: 1, 5000: 4, 20000: 1 }
/** What cannot even be registered in sensible time, or drowns at 5,000, is not tried at 20,000. */
const sizes = [
  { count: 1_000, ids: ['raw', 'croner', 'runwell'] },
  { count: 5_000, ids: candidates.map(({ id }) => id) },
  { count: 20_000, ids: ['raw', 'one-timer', 'runwell'] },
]
const fields = ['cpuMsPerS', 'worstDelayMs', 'runs', 'due', 'lateP50Ms', 'lateP99Ms', 'rssMb', 'registerMs']

export const benchmark = {
  id: 'each-second',
  seconds: 113,
  title: 'Many tasks, all due each second',
  packages: ['toad-scheduler', 'effect', 'cron-schedule', 'cron', 'node-cron', 'node-schedule', 'croner'],

  async run({ short, turn }) {
    const ofSize = async ({ count, ids }) => {
      const measure = (id) =>
        turn(() => inFreshProcess('each-second/worker.mjs', [id, count, compared.includes(id) ? 3 : 2]))
      const often = ids.filter((id) => compared.includes(id))
      const seldom = ids.filter((id) => !often.includes(id))
      // What ratios are made of is measured more often; of the others one window says enough. All of it takes turns.
      const [compare, others] = await Promise.all([
        inRounds(often, short ? 1 : rounds[count], measure),
        inRounds(seldom, 1, measure),
      ])
      const samples = new Map([...compare, ...others])
      return [count, Object.fromEntries(ids.map((id) => [id, summary(samples.get(id), samples.get('raw'))]))]
    }
    return Object.fromEntries(await Promise.all(sizes.map(ofSize)))
  },

  ratios(data) {
    return { '5,000 tasks, CPU: runwell / raw': data[5_000].runwell.toRaw }
  },

  page(data) {
    const head = [
      '',
      'CPU, ms a second',
      'worst loop delay, ms',
      'runs done',
      'late p50, ms',
      'p99',
      'RSS, MB',
      'register, ms',
    ]
    const tables = sizes.map(({ count, ids }) => {
      const rows = ids.map((id) => {
        const row = data[count][id]
        return [
          candidates.find((one) => one.id === id).label,
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
      "No-op tasks of one second, all due in one instant (`anchor: 'epoch'` in Runwell, the full second in cron libraries, one registration after the other in intervals), in a fresh process each, over a window of a few seconds. Only Runwell books what each run did; raw timers, toad-scheduler, cron-schedule, croner and effect book nothing.",
      ...tables,
    ].join('\n\n')
  },

  plots(data) {
    const values = candidates.map(({ id, label }) => ({
      label: `${label.replaceAll('`', '')}${shortfall(data[5_000][id])}`,
      value: data[5_000][id].cpuMsPerS.median,
      ours: id === 'runwell',
    }))
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

/** Per cent of the runs due that were done. */
function doneShare({ runs, due }) {
  return (100 * runs.median) / due.median
}

/** A bar is no shorter for runs that never were. */
function shortfall(row) {
  return doneShare(row) < 99 ? ` (did ${doneShare(row).toFixed(0)} % of its runs)` : ''
}

function summary(samples, raw) {
  const cpu = (all) => all.map(({ cpuMsPerS }) => cpuMsPerS)
  return {
    ...Object.fromEntries(fields.map((field) => [field, spread(samples.map((sample) => sample[field]))])),
    ...(samples.length === raw.length ? { toRaw: leastRatio(cpu(samples), cpu(raw)) } : {}),
  }
}
