// Times candidates in this process, in rotation: warms them up, then prints the median cost of a run over several batches.
import { median } from '../rounds.mjs'
import { candidates } from './candidates.mjs'

const [budgetMs, ...ids] = process.argv.slice(2)
const calls = []
for (const id of ids) calls.push(await candidates.find((one) => one.id === id).prepare())

/**
 * CPU time (of all threads, so the collector's work counts) as well as wall time: what else the machine does is in the
 * latter alone, and a run that does nothing waits for nothing.
 */
async function batch(call, runs) {
  const cpu = process.cpuUsage()
  const began = process.hrtime.bigint()
  for (let run = 0; run < runs; run++) await call()
  const wallNs = Number(process.hrtime.bigint() - began)
  const { user, system } = process.cpuUsage(cpu)
  return { cpuNs: ((user + system) * 1000) / runs, wallNs: wallNs / runs }
}

const usedMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000

// Half of the budget warms up, with batches that grow to about 20 ms; what is slower has batches of one run. The budget
// is CPU time too: on a busy machine code would else be measured before it is compiled.
const wholeMs = Number(budgetMs) * calls.length
const startedMs = usedMs()
const runs = calls.map(() => 16)
while (usedMs() - startedMs < wholeMs / 2) {
  for (const [index, call] of calls.entries()) {
    const { cpuNs } = await batch(call, runs[index])
    runs[index] = Math.max(1, Math.min(500_000, Math.ceil(20e6 / (cpuNs + 1))))
  }
}
const samples = calls.map(() => [])
do {
  for (const [index, call] of calls.entries()) samples[index].push(await batch(call, runs[index]))
} while (samples[0].length < 5 || usedMs() - startedMs < wholeMs)

const told = ids.map((id, index) => [
  id,
  {
    cpuNs: median(samples[index].map(({ cpuNs }) => cpuNs)),
    wallNs: median(samples[index].map(({ wallNs }) => wallNs)),
  },
])
console.log(JSON.stringify(Object.fromEntries(told)))
process.exit(0)
