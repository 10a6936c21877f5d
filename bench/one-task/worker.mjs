// Runs one task each second with one candidate and prints when its runs began, in milliseconds since the first.
// With `blockMs` the event loop is held for so long, 0.2 s after the third run; the runs since then are printed.
import { candidates } from '../each-second/candidates.mjs'

const [id, forMs, blockMs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 0)]
const start = await candidates.find((one) => one.id === id).prepare()
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const runs = []
const begun = () => runs.push(performance.now())

start(1, () => async () => begun())
while (runs.length < 3) await sleep(5)

let from = runs[0]
if (blockMs > 0) {
  await sleep(200)
  const until = performance.now() + blockMs
  while (performance.now() < until) {
    // Holds the event loop.
  }
  from = performance.now()
}
await sleep(forMs)
const since = runs.filter((at) => at >= from).map((at) => Number((at - from).toFixed(2)))
console.log(JSON.stringify({ runs: since, slots: blockMs > 0 ? Math.floor((200 + blockMs) / 1_000) : null }))
process.exit(0)
