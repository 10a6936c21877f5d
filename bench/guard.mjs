// `npm run bench:guard`: the few ratios that must not slip, with slack for a busy machine. Under 90 s; ends with 1 when
// one of them is not held.
import { figure } from './markdown.mjs'
import { inFreshProcess } from './process.mjs'
import { inRounds, median, ratio } from './rounds.mjs'

/**
 * `limit` is what fails. Where the budget is not met yet, the limit is what was measured and 30 % more, so that it can
 * only get better; `budget` says where it is going.
 */
const guards = [
  {
    name: "CPU of a run, of croner's trigger",
    budget: 1.3,
    limit: 7.3,
    async measure() {
      const ids = ['croner', 'runwell']
      const samples = await inRounds(ids, 5, (id) => inFreshProcess('per-run/worker.mjs', [id, 600]))
      const cpu = (id) => samples.get(id).map(({ cpuNs }) => cpuNs)
      return ratio(cpu('runwell'), cpu('croner')).median
    },
  },
  {
    name: 'heap of an idle interval task, KB',
    budget: 1.5,
    limit: 1.5,
    async measure() {
      const nodeArgs = ['--expose-gc']
      const { bytesPerTask } = await inFreshProcess('idle/worker.mjs', ['runwell', 10_000], { nodeArgs })
      return bytesPerTask / 1_000
    },
  },
  {
    name: 'share of runs lost with 5,000 tasks each second',
    budget: 0,
    limit: 0,
    async measure() {
      const { runs, due } = await inFreshProcess('each-second/worker.mjs', ['runwell', 5_000, 5])
      return Math.max(0, 1 - runs / due)
    },
  },
  {
    name: 'CPU of an await elsewhere, of the same without Runwell',
    budget: 1.1,
    limit: 1.3,
    async measure() {
      const ids = ['nothing', 'runwell']
      const samples = await inRounds(ids, 3, (id) => inFreshProcess('awaits/worker.mjs', [id, 600]))
      const costs = (id) => samples.get(id).map(({ awaitNs }) => awaitNs)
      return median(costs('runwell')) / median(costs('nothing'))
    },
  },
]

let failures = 0
for (const { name, budget, limit, measure } of guards) {
  const value = await measure()
  const verdict = value > limit ? 'FAILED' : value > budget ? 'ok, short of its budget' : 'ok'
  console.log(`${name}: ${figure(value)}, limit ${limit}, budget ${budget}: ${verdict}`)
  if (value > limit) failures++
}
process.exitCode = failures === 0 ? 0 : 1
