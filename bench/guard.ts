// Checks values that must not get worse: `npm run bench:guard`. Exits with 1 if a value exceeds its limit.
import type { Sample as AwaitSample } from './awaits/worker.ts'
import type { Sample as IdleSample } from './idle/worker.ts'
import type { Sample as LostSample } from './lost-runs/worker.ts'
import { figure } from './markdown.ts'
import type { Costs } from './per-run/worker.ts'
import { inFreshProcess } from './process.ts'
import { inRounds, pairedRatio } from './rounds.ts'

/**
 * A run may need this many times the CPU time of croner's trigger. The limit is higher than the ratio in
 * docs/performance.md, because short measurements vary. If a change lowers that ratio, lower this limit, too.
 */
const cronerLimit = 4

const awaitLimit = 1.3

interface Guard {
  readonly name: string
  readonly budget: number
  /**
   * The guard fails above this value. It may be higher than `budget`, because some budgets are not met, and because
   * short measurements vary.
   */
  readonly limit: number
  measure(): Promise<number>
}

const attempts = 4

const guards: readonly Guard[] = [
  {
    name: "CPU of a run, relative to croner's trigger",
    budget: 1,
    limit: cronerLimit,
    // Runwell and croner are measured in one process, in turns. So a slow moment of the machine affects both.
    async measure() {
      let least = Number.POSITIVE_INFINITY
      for (let attempt = 0; attempt < attempts && (attempt < 2 || least > cronerLimit); attempt++) {
        const order = attempt % 2 === 0 ? ['croner', 'runwell'] : ['runwell', 'croner']
        const { runwell, croner } = await inFreshProcess<Costs>('per-run/worker.ts', [400, 40, ...order])
        least = Math.min(least, pairedRatio(runwell ?? [], croner ?? []))
      }
      return least
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
    // If the machine stalls, any scheduler loses runs. So the best of three attempts counts.
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
    limit: awaitLimit,
    // Other work on the same core only adds time, so the lowest samples count.
    async measure() {
      const ids = ['nothing', 'runwell'] as const
      const leastNs = { nothing: Number.POSITIVE_INFINITY, runwell: Number.POSITIVE_INFINITY }
      const ratio = () => leastNs.runwell / leastNs.nothing
      for (let attempt = 0; attempt < attempts && (attempt === 0 || ratio() > awaitLimit); attempt++) {
        await inRounds(ids, 3, async (id) => {
          const { awaitNs } = await inFreshProcess<AwaitSample>('awaits/worker.ts', [id, 800])
          leastNs[id] = Math.min(leastNs[id], awaitNs)
        })
      }
      return ratio()
    },
  },
]

let failures = 0
const began = performance.now()
for (const guard of guards) {
  const { name, budget, limit } = guard
  const value = await guard.measure()
  const isHeld = value <= limit
  const verdict = isHeld ? (value > budget ? 'ok, over its budget' : 'ok') : 'FAILED'
  console.log(`${name}: ${figure(value)}, limit ${limit}, budget ${budget}: ${verdict}`)
  if (!isHeld) failures++
}
console.log(`in ${((performance.now() - began) / 1_000).toFixed(0)} s`)
process.exitCode = failures === 0 ? 0 : 1
