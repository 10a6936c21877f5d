import { figure, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { spread } from '../rounds.mjs'

const labels = {
  toad: 'toad-scheduler `stop()`',
  'node-cron': 'node-cron `shutdown(5000)`',
  cron: 'cron, `stop()` of each job',
  'node-schedule': 'node-schedule `gracefulShutdown()`',
  runwell: "Runwell `stop({ deadline: '5s' })`",
}
const deadlineMs = 5_000

export const benchmark = {
  id: 'shutdown',
  seconds: 10,
  title: 'Stopping 100 tasks in flight, 5 of which never end',
  packages: ['toad-scheduler', 'node-cron', 'cron', 'node-schedule'],

  async run({ turn }) {
    const ids = Object.keys(labels)
    const stopped = async (id) => [
      id,
      summary([await inFreshProcess('shutdown/worker.mjs', [id, deadlineMs])]),
    ]
    // At once: they do nothing but wait.
    return Object.fromEntries(await turn(() => Promise.all(ids.map(stopped))))
  },

  page(data) {
    const rows = Object.entries(labels).map(([id, label]) => {
      const { tookMs, endedBefore, named, inOrder } = data[id]
      return [
        label,
        tookMs === null ? 'not within 8 s' : `${figure(tookMs.median / 1_000)} s`,
        `${endedBefore} of 95`,
        `${named} of 5`,
        inOrder === null ? 'has none' : inOrder ? 'kept' : 'broken',
      ]
    })
    return [
      'The 95 that end do so within 20 ms of their signal, or where there is no signal 1 s after the stop was asked for. Runwell has 25 tasks in each of its four classes.',
      table(['', 'returned after', 'runs ended by then', 'left behind and named', 'order of classes'], rows),
    ].join('\n\n')
  },

  plots: () => [],
}

function summary(samples) {
  const tooks = samples.map(({ tookMs }) => tookMs)
  return {
    tookMs: tooks.includes(null) ? null : spread(tooks),
    endedBefore: Math.min(...samples.map(({ endedBefore }) => endedBefore)),
    named: Math.min(...samples.map(({ named }) => named)),
    inOrder: samples[0].inOrder === null ? null : samples.every(({ inOrder }) => inOrder),
  }
}
