// Runs `count` intervals of mixed periods (1 to 60 s) for a while, on raw timers or on Runwell; prints CPU, loop delay,
// runs against runs due, and lateness against each task's own grid.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { every, Supervisor } from '@runwell/core'

const [id, count, windowS] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Whole milliseconds from 1 to 60 s, spread evenly and the same in each process. */
const periodOf = (index) => 1_000 + ((index * 7_919) % 59_000)

const lateBy = []
let isOpen = false
const anchors = new Float64Array(count)

function startRaw() {
  for (let index = 0; index < count; index++) {
    const period = periodOf(index)
    anchors[index] = performance.now()
    setInterval(async () => {
      if (!isOpen) return
      // A raw interval counts from when it last fired, so it slips; lateness is what it slipped by. It may be early too.
      const past = (performance.now() - anchors[index]) % period
      lateBy.push(past > period - 10 ? past - period : past)
    }, period)
  }
}

function startRunwell() {
  const supervisor = new Supervisor({ observers: [] })
  const tasks = []
  for (let index = 0; index < count; index++) {
    const task = supervisor.register({
      name: `task.${index}`,
      schedule: every(periodOf(index), { immediate: true }),
      run: async ({ scheduledAt }) => {
        if (isOpen) lateBy.push(Date.now() - scheduledAt.getTime())
      },
    })
    tasks.push(task)
  }
  void supervisor.start()
  return tasks
}

const began = performance.now()
const tasks = id === 'raw' ? startRaw() : startRunwell()
const registerMs = performance.now() - began
// All run at the start; the window opens long after that.
await sleep(3_000)
// Of 500 MB V8 collects the old once in some 20 s, which takes a second of CPU. So that one, and not none or two, falls
// into the window, they are counted from here. What this one has held up is made good before the window opens.
globalThis.gc()
await sleep(1_000)
const missedBefore = missed()
await sleep(1_000)

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
isOpen = true
const openedAt = performance.now()
const cpu = process.cpuUsage()
await sleep(windowS * 1_000)
const { user, system } = process.cpuUsage(cpu)
isOpen = false
const closedAt = performance.now()
delay.disable()

/** Runs of raw intervals that come due in the window, counted from when each was started. */
function due() {
  let slots = 0
  for (const [index, anchor] of anchors.entries()) {
    const period = periodOf(index)
    slots += Math.floor((closedAt - anchor) / period) - Math.floor((openedAt - anchor) / period)
  }
  return slots
}

function missed() {
  return tasks === undefined ? null : tasks.reduce((all, task) => all + task.metrics().missed, 0)
}

lateBy.sort((a, b) => a - b)
const at = (share) => lateBy[Math.floor(share * (lateBy.length - 1))] ?? null
console.log(
  JSON.stringify({
    registerMs,
    cpuMsPerS: (user + system) / (closedAt - openedAt),
    worstDelayMs: delay.max / 1e6,
    runs: lateBy.length,
    due: id === 'raw' ? due() : null,
    missed: id === 'raw' ? null : missed() - missedBefore,
    lateP50Ms: at(0.5),
    lateP99Ms: at(0.99),
    rssMb: process.memoryUsage().rss / 2 ** 20,
  }),
)
process.exit(0)
