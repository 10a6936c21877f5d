// Runs one task each second. Prints when its runs began, in milliseconds since the first run. With `blockMs`, it
// blocks the event loop, and prints only the runs after the block, in milliseconds since the end of the block.
import { setTimeout as sleep } from 'node:timers/promises'
import { candidateOf } from '../each-second/candidates.ts'
import { print } from '../print.ts'

export interface Sample {
  readonly runs: readonly number[]
  /** How many slots passed while the event loop was blocked; null without `blockMs`. */
  readonly slots: number | null
}

const [forMs, blockMs] = [Number(process.argv[3]), Number(process.argv[4] ?? 0)]
const start = await candidateOf(process.argv[2]).prepare()
const runs: number[] = []
const begun = () => runs.push(performance.now())

start(1, () => async () => void begun())
while (runs.length < 3) await sleep(5)

let from = runs[0] ?? Number.NaN
if (blockMs > 0) {
  await sleep(200)
  const until = performance.now() + blockMs
  while (performance.now() < until) {
    // Blocks the event loop.
  }
  from = performance.now()
}
await sleep(forMs)
const since = runs.filter((at) => at >= from).map((at) => Number((at - from).toFixed(2)))
print<Sample>({ runs: since, slots: blockMs > 0 ? Math.floor((200 + blockMs) / 1_000) : null })
process.exit(0)
