import { setTimeout as sleep } from 'node:timers/promises'
import { print } from '../print.ts'
import { type CandidateId, candidateOf } from './candidates.ts'
import type { Call } from './task.ts'

export type Costs = Partial<Record<CandidateId, readonly number[]>>

const [warmMs, batches] = [Number(process.argv[2]), Number(process.argv[3])]
const chosen = process.argv.slice(4).map(candidateOf)
const timed: { id: CandidateId; call: Call; runs: number; costs: number[] }[] = []
for (const { id, prepare } of chosen) timed.push({ id, call: await prepare(), runs: 16, costs: [] })

/** Some candidates do part of their work later, in timers. The measurement waits this long for that work. */
const leftoverMs = 3
const leaves = chosen.some((candidate) => candidate.leaves)

/** Measures the CPU time of all threads, so garbage collection is included. */
async function cpuNs(call: Call, runs: number): Promise<number> {
  const cpu = process.cpuUsage()
  for (let run = 0; run < runs; run++) await call()
  if (leaves) await sleep(leftoverMs)
  const { user, system } = process.cpuUsage(cpu)
  return ((user + system) * 1000) / runs
}

const usedMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000

// The warm-up lasts for a CPU time. On a busy machine, the same wall time would be too short for V8 to compile the
// code.
const startedMs = usedMs()
while (usedMs() - startedMs < warmMs * timed.length) {
  for (const one of timed) {
    one.runs = Math.max(1, Math.min(500_000, Math.ceil(10e6 / ((await cpuNs(one.call, one.runs)) + 1))))
  }
}

for (let batch = 0; batch < batches; batch++) {
  for (const { call, runs, costs } of timed) costs.push(await cpuNs(call, runs))
}
print<Costs>(Object.fromEntries(timed.map(({ id, costs }) => [id, costs])))
process.exit(0)
