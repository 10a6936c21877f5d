// `npm run bench:guard`: the few ratios that must not slip, with slack for a busy machine. Under 90 s; ends with 1 when
// one of them is not held. CPU time is measured and not wall time, in fresh processes whose order rotates from round to
// round, and what the quietest of them have cost is judged: a neighbour on the same core can only add.
import { figure } from './markdown.mjs'
import { inFreshProcess } from './process.mjs'
import { inRounds, leastRatio, lowerDecile } from './rounds.mjs'

/**
 * The most CPU that a run may take, of croner's `trigger`. It is what was measured and 30 % more, so that it can only get
 * better; set it anew, and lower, when `npm run bench -- per-run` says so.
 */
const mostOfCroner = 4

/** `limit` is what fails; `budget`, where it is lower, is where it is going. */
const guards = [
  {
    name: "CPU of a run, of croner's trigger",
    budget: 1,
    limit: mostOfCroner,
    async measure() {
      const ids = ['croner', 'runwell']
      const samples = await inRounds(ids, 5, (id) => inFreshProcess('per-run/worker.mjs', [400, 20, id]))
      const quiet = (id) => lowerDecile(samples.get(id).flatMap((round) => round[id]))
      return quiet('runwell') / quiet('croner')
    },
  },
  {
    name: 'heap of an idle interval task, KB',
    budget: 1,
    limit: 1.5,
    async measure() {
      const nodeArgs = ['--expose-gc']
      const { bytesPerTask } = await inFreshProcess('idle/worker.mjs', ['runwell', 10_000], { nodeArgs })
      return bytesPerTask / 1_000
    },
  },
  {
    name: 'runs lost, with 5,000 tasks each second',
    budget: 0,
    limit: 0,
    // A machine that stands still for a second loses runs of anybody: the best of three counts, for what is lost by a
    // fault of ours is lost each time.
    async measure() {
      let least = Number.POSITIVE_INFINITY
      for (let attempt = 0; attempt < 3 && least > 0; attempt++) {
        const { due, runs } = await inFreshProcess('lost/worker.mjs', [5_000, 5])
        least = Math.min(least, Math.max(0, due - runs))
      }
      return least
    },
  },
  {
    name: 'CPU of an await elsewhere, of the same without Runwell',
    budget: 1.05,
    limit: 1.3,
    async measure() {
      const ids = ['nothing', 'runwell']
      const samples = await inRounds(ids, 3, (id) => inFreshProcess('awaits/worker.mjs', [id, 800]))
      const costs = (id) => samples.get(id).map(({ awaitNs }) => awaitNs)
      return leastRatio(costs('runwell'), costs('nothing'))
    },
  },
]

let failures = 0
const began = performance.now()
for (const { name, budget, limit, measure } of guards) {
  const value = await measure()
  const verdict = value > limit ? 'FAILED' : value > budget ? 'ok, short of its budget' : 'ok'
  console.log(`${name}: ${figure(value)}, limit ${limit}, budget ${budget}: ${verdict}`)
  if (value > limit) failures++
}
console.log(`in ${((performance.now() - began) / 1_000).toFixed(0)} s`)
process.exitCode = failures === 0 ? 0 : 1
