// Runs 5,000 tasks each second; prints how many runs were due in a few seconds, how many began, and how many the
// supervisor says were missed or skipped.
import { every, Supervisor } from '@runwell/core'

const [count, windowS] = process.argv.slice(2).map(Number)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

let runs = 0
const supervisor = new Supervisor({ observers: [] })
for (let index = 0; index < count; index++) {
  supervisor.register({
    name: `task.${index}`,
    schedule: every('1s', { anchor: 'epoch' }),
    run: async () => void runs++,
  })
}
await supervisor.start()

/** What was due and what was done by the middle between two slots. */
async function betweenSlots() {
  await sleep((1_500 - (Date.now() % 1_000)) % 1_000)
  const { missed, skipped } = supervisor.report().totals
  return { second: Math.floor(Date.now() / 1_000), runs, dropped: missed + skipped }
}

await sleep(2_000)
const from = await betweenSlots()
await sleep(windowS * 1_000 - 400)
const to = await betweenSlots()
console.log(
  JSON.stringify({
    due: count * (to.second - from.second),
    runs: to.runs - from.runs,
    dropped: to.dropped - from.dropped,
  }),
)
process.exit(0)
