import { figure, ranged, table } from '../markdown.mjs'
import { inFreshProcess } from '../process.mjs'
import { inRounds, spread } from '../rounds.mjs'
import { candidates } from './candidates.mjs'

const nodeArgs = ['--expose-gc', '--max-old-space-size=4096']
const compared = ['croner', 'runwell', 'runwell-cron']
const countOf = ({ slow }) => (slow ? 2_000 : 10_000)

export const benchmark = {
  id: 'idle',
  seconds: 39,
  title: 'Memory and start of idle tasks',
  packages: ['toad-scheduler', 'effect', 'cron-schedule', 'cron', 'node-cron', 'node-schedule', 'croner'],

  async run({ short, turn }) {
    const ids = candidates.map(({ id }) => id)
    const usual = new Map(candidates.map((candidate) => [candidate.id, countOf(candidate)]))
    const weigh = (id, tasks = usual.get(id)) =>
      turn(() => inFreshProcess('idle/worker.mjs', [id, tasks], { nodeArgs }))
    // What ratios are made of is measured more often. All of it takes turns.
    const often = ids.filter((id) => compared.includes(id))
    const seldom = ids.filter((id) => !compared.includes(id))
    const [compare, others, many, used] = await Promise.all([
      inRounds(often, short ? 1 : 5, (id) => weigh(id)),
      inRounds(seldom, short ? 1 : 2, (id) => weigh(id)),
      inRounds(['runwell'], 1, (id) => weigh(id, 100_000)),
      turn(() => inFreshProcess('idle/used.mjs', [1_000, short ? 100 : 1_000], { nodeArgs })),
    ])
    const samples = new Map([...compare, ...others])
    return {
      ...Object.fromEntries(ids.map((id) => [id, summary(samples.get(id))])),
      'runwell-100000': summary(many.get('runwell')),
      used,
    }
  },

  ratios(data) {
    const ours = ['runwell', 'runwell-cron']
    const named = ours.flatMap((id) => [
      [`heap: ${id} / croner`, data[id].bytes.median / data.croner.bytes.median],
      // CPU time, to which neighbours on the same cores can only add.
      [`register and arm: ${id} / croner`, data[id].microseconds.min / data.croner.microseconds.min],
    ])
    return Object.fromEntries(named)
  },

  page(data) {
    const rows = candidates.map((candidate) => [candidate.label, countOf(candidate), data[candidate.id]])
    rows.push(['Runwell `every`', 100_000, data['runwell-100000']])
    return [
      'Hourly tasks, registered and armed in a fresh process with one function shared by all; heap after a full collection. Cron expressions bear a time zone where the candidate takes one.',
      table(
        ['', 'tasks', 'heap, bytes a task', 'register and arm, CPU µs a task', 'RSS, MB'],
        rows.map(([label, tasks, { bytes, microseconds, rssMb }]) => [
          label,
          figure(tasks),
          ranged(bytes),
          ranged(microseconds),
          figure(rssMb.median),
        ]),
      ),
      `A task of Runwell takes ${figure(data.used.firstRunBytes)} bytes after its first run and ${figure(data.used.bytesPerTask)} after 1,000 runs of 1 to 100 ms, for its numbers, percentiles and last 20 runs; what the others keep of a run is nothing, or the last one.`,
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

function summary(samples) {
  return {
    bytes: spread(samples.map(({ bytesPerTask }) => Math.round(bytesPerTask))),
    microseconds: spread(samples.map(({ microsecondsPerTask }) => microsecondsPerTask)),
    rssMb: spread(samples.map(({ rss }) => rss / 2 ** 20)),
  }
}
