// Runs `count` tasks each second with one candidate for a few seconds; prints CPU, loop delay, runs and lateness.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { candidates } from './candidates.mjs'

const [id, count, windowS] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const candidate = candidates.find((one) => one.id === id)
const start = await candidate.prepare()
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds by which each run of the window was late. */
const late = new Float64Array(count * (windowS + 2))
let runs = 0
let isOpen = false

function runOf() {
  const registeredAt = performance.now()
  return async () => {
    if (!isOpen) return
    const since = candidate.grid === 'wall' ? Date.now() : performance.now() - registeredAt
    const past = since % 1_000
    // A timer may be a little early for its slot: that is no lateness of a second.
    if (runs < late.length) late[runs] = past > 990 ? past - 1_000 : past
    runs++
  }
}

const began = performance.now()
start(count, runOf)
const registerMs = performance.now() - began
await sleep(1_500)

// The window opens and closes in the middle between two slots.
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
const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
console.log(
  JSON.stringify({
    cpuMsPerS: (user + system) / wallMs,
    worstDelayMs: delay.max / 1e6,
    runs,
    due: count * windowS,
    lateP50Ms: at(0.5),
    lateP99Ms: at(0.99),
    rssMb: process.memoryUsage().rss / 2 ** 20,
    registerMs,
  }),
)
process.exit(0)
