// `npm run bench:guard` checks the few ratios that must not get worse, with slack for a busy machine. It takes less than 90 s
// and exits with 1 when one of them is over its limit. It measures CPU time, not wall time, in fresh processes whose order
// rotates from round to round, and judges the quietest rounds: a neighbour on the same core can only add.
import type { Sample as AwaitSample } from './awaits/worker.ts'
import type { Sample as IdleSample } from './idle/worker.ts'
import type { Sample as LostSample } from './lost-runs/worker.ts'
import { figure } from './markdown.ts'
import type { Costs } from './per-run/worker.ts'
import { inFreshProcess } from './process.ts'
import { inRounds, lowerDecile, minRatio } from './rounds.ts'

/**
 * The most CPU that a run may take, in units of croner's `trigger`: the ratio once measured and 30 % more. Lower it when
 * `npm run bench -- per-run` shows a lower ratio.
 */
const cronerLimit = 4

interface Guard {
  readonly name: string
  /** The aim. */
  readonly budget: number
  /** Above it the guard fails; above the budget where the budget is not met yet. */
  readonly limit: number
  measure(): Promise<number>
}

const guards: readonly Guard[] = [
  {
    name: "CPU of a run, relative to croner's trigger",
    budget: 1,
    limit: cronerLimit,
    async measure() {
      const ids = ['croner', 'runwell'] as const
      const samples = await inRounds(ids, 5, (id) =>
        inFreshProcess<Costs>('per-run/worker.ts', [400, 20, id]),
      )
      const quiet = (id: 'croner' | 'runwell') =>
        lowerDecile(samples.of(id).flatMap((costs) => costs[id] ?? []))
      return quiet('runwell') / quiet('croner')
    },
  },
  {
    name: 'heap of an idle interval task, KB',
    budget: 1,
    limit: 1.5,
    async measure() {
      const nodeArgs = ['--expose-gc']
      const args = ['runwell', 10_000]
      const { bytesPerTask } = await inFreshProcess<IdleSample>('idle/worker.ts', args, { nodeArgs })
      return bytesPerTask / 1_000
    },
  },
  {
    name: 'runs lost with 5,000 tasks each second',
    budget: 0,
    limit: 0,
    // A machine that stands still for a second makes any scheduler lose runs. A fault of Runwell would lose them in each of
    // three attempts, so the best one counts.
    async measure() {
      let least = Number.POSITIVE_INFINITY
      for (let attempt = 0; attempt < 3 && least > 0; attempt++) {
        const { due, runs } = await inFreshProcess<LostSample>('lost-runs/worker.ts', [5_000, 5])
        least = Math.min(least, Math.max(0, due - runs))
      }
      return least
    },
  },
  {
    name: 'CPU of an await elsewhere, relative to the same without Runwell',
    budget: 1.05,
    limit: 1.3,
    async measure() {
      const ids = ['nothing', 'runwell'] as const
      const samples = await inRounds(ids, 3, (id) =>
        inFreshProcess<AwaitSample>('awaits/worker.ts', [id, 800]),
      )
      const costs = (id: 'nothing' | 'runwell') => samples.of(id).map(({ awaitNs }) => awaitNs)
      return minRatio(costs('runwell'), costs('nothing'))
    },
  },
]

let failures = 0
const began = performance.now()
for (const guard of guards) {
  const { name, budget, limit } = guard
  const value = await guard.measure()
  // A value that is not a number was not measured, and fails too.
  const isHeld = value <= limit
  const verdict = isHeld ? (value > budget ? 'ok, over its budget' : 'ok') : 'FAILED'
  console.log(`${name}: ${figure(value)}, limit ${limit}, budget ${budget}: ${verdict}`)
  if (!isHeld) failures++
}
console.log(`in ${((performance.now() - began) / 1_000).toFixed(0)} s`)
process.exitCode = failures === 0 ? 0 : 1
