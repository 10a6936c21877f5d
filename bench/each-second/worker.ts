import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { print } from '../print.ts'
import { candidateOf } from './candidates.ts'

export interface Sample {
  readonly cpuMsPerS: number
  readonly worstDelayMs: number
  readonly runs: number
  readonly due: number
  readonly lateP50Ms: number | null
  readonly lateP99Ms: number | null
  readonly rssMb: number
  readonly registerMs: number
}

const [count, windowS] = [Number(process.argv[3]), Number(process.argv[4])]
const candidate = candidateOf(process.argv[2])
const start = await candidate.prepare()

const late = new Float64Array(count * (windowS + 2))
let runs = 0
let isOpen = false

function runOf() {
  const registeredAt = performance.now()
  return async () => {
    if (!isOpen) return
    const since = candidate.grid === 'wall' ? Date.now() : performance.now() - registeredAt
    const past = since % 1_000
    // A timer may fire a little early. Then `past` is almost 1 s, although the run is not late.
    if (runs < late.length) late[runs] = past > 990 ? past - 1_000 : past
    runs++
  }
}

const began = performance.now()
start(count, runOf)
const registerMs = performance.now() - began
await sleep(1_500)

// The measurement begins and ends in the middle between two slots.
const past = candidate.grid === 'wall' ? Date.now() : performance.now() - began
await sleep((1_500 - (past % 1_000)) % 1_000)
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
isOpen = true
const cpu = process.cpuUsage()
const openedAt = performance.now()
await sleep(windowS * 1_000)
const wallMs = performance.now() - openedAt
const { user, system } = process.cpuUsage(cpu)
isOpen = false
delay.disable()

const sorted = late.subarray(0, Math.min(runs, late.length)).sort()
const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
print<Sample>({
  cpuMsPerS: (user + system) / wallMs,
  worstDelayMs: delay.max / 1e6,
  runs,
  due: count * windowS,
  lateP50Ms: at(0.5),
  lateP99Ms: at(0.99),
  rssMb: process.memoryUsage().rss / 2 ** 20,
  registerMs,
})
process.exit(0)
