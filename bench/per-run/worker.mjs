// Times one candidate in this process: warms it up, then prints the median cost of a run over several batches.
import { median } from '../rounds.mjs'
import { candidates } from './candidates.mjs'

const [id, budgetMs = '600'] = process.argv.slice(2)
const candidate = candidates.find((one) => one.id === id)
const call = await candidate.prepare()

/**
 * CPU time (of all threads, so the collector's work counts) as well as wall time: what else the machine does is in the
 * latter alone, and a run that does nothing waits for nothing.
 */
async function batch(runs) {
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
const startedMs = usedMs()
let runs = 16
while (usedMs() - startedMs < Number(budgetMs) / 2) {
  const { cpuNs } = await batch(runs)
  runs = Math.max(1, Math.min(500_000, Math.ceil(20e6 / (cpuNs + 1))))
}
const samples = []
do samples.push(await batch(runs))
while (samples.length < 5 || usedMs() - startedMs < Number(budgetMs))

console.log(
  JSON.stringify({
    cpuNs: median(samples.map(({ cpuNs }) => cpuNs)),
    wallNs: median(samples.map(({ wallNs }) => wallNs)),
    runs: runs * samples.length,
  }),
)
process.exit(0)
