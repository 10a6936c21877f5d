// Times candidates in this process, in rotation: warms them up, then prints what a run has cost in each of several batches.
import { setTimeout as sleep } from 'node:timers/promises'
import { candidates } from './candidates.mjs'

const [warmMs, batches, ...ids] = process.argv.slice(2)
const calls = []
for (const id of ids) calls.push(await candidates.find((one) => one.id === id).prepare())

/** How long to wait for what some candidates leave to timers. */
const leftoverMs = 3
const leaves = ids.some((id) => candidates.find((one) => one.id === id).leaves)

/** CPU time of all threads, so that the collector's work counts; a run that does nothing waits for nothing. */
async function cpuNs(call, runs) {
  const cpu = process.cpuUsage()
  for (let run = 0; run < runs; run++) await call()
  if (leaves) await sleep(leftoverMs)
  const { user, system } = process.cpuUsage(cpu)
  return ((user + system) * 1000) / runs
}

const usedMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000

// Batches grow to about 10 ms; what is slower has batches of one run. Warming up takes CPU time and not wall time: on a
// busy machine code would else be measured before it is compiled.
const startedMs = usedMs()
const runs = calls.map(() => 16)
while (usedMs() - startedMs < Number(warmMs) * calls.length) {
  for (const [index, call] of calls.entries()) {
    runs[index] = Math.max(1, Math.min(500_000, Math.ceil(10e6 / ((await cpuNs(call, runs[index])) + 1))))
  }
}

const costs = ids.map(() => [])
for (let batch = 0; batch < Number(batches); batch++) {
  for (const [index, call] of calls.entries()) costs[index].push(await cpuNs(call, runs[index]))
}
console.log(JSON.stringify(Object.fromEntries(ids.map((id, index) => [id, costs[index]]))))
process.exit(0)
