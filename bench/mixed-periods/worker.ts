// Runs `count` intervals of mixed periods (1 to 60 s). Prints CPU time, loop delay, runs and lateness.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { every, Supervisor, type Task } from '@runwell/core'
import { collectGarbage } from '../heap.ts'
import { print } from '../print.ts'

export interface Sample {
  readonly registerMs: number
  readonly cpuMsPerS: number
  readonly worstDelayMs: number
  readonly runs: number
  readonly due: number | null
  readonly missed: number | null
  readonly lateP50Ms: number | null
  readonly lateP99Ms: number | null
  readonly rssMb: number
}

const [isRaw, count, windowS] = [process.argv[2] === 'raw', Number(process.argv[3]), Number(process.argv[4])]

const periodOf = (index: number) => 1_000 + ((index * 7_919) % 59_000)

const lateBy: number[] = []
let isOpen = false
const anchors = new Float64Array(count)

function startRaw(): readonly Task[] {
  for (let index = 0; index < count; index++) {
    const period = periodOf(index)
    anchors[index] = performance.now()
    setInterval(async () => {
      if (!isOpen) return
      // `setInterval` counts from the last call of its function, so its delays add up. Only the part beyond whole
      // periods counts.
      const past = (performance.now() - (anchors[index] ?? 0)) % period
      lateBy.push(past > period - 10 ? past - period : past)
    }, period)
  }
  return []
}

function startRunwell(): readonly Task[] {
  const supervisor = new Supervisor({ observers: [] })
  const tasks: Task[] = []
  for (let index = 0; index < count; index++) {
    const task = supervisor.register({
      name: `task.${index}`,
      schedule: every(periodOf(index), { immediate: true }),
      run: async ({ scheduledAt }) => {
        if (isOpen && scheduledAt) lateBy.push(Date.now() - scheduledAt.getTime())
      },
    })
    tasks.push(task)
  }
  void supervisor.start()
  return tasks
}

const began = performance.now()
const tasks = isRaw ? startRaw() : startRunwell()
const registerMs = performance.now() - began
// The tasks of Runwell also run at the start. The measurement begins long after that.
await sleep(3_000)
// V8 collects this heap about every 20 s, and a collection takes a second. After this call, most measurements contain
// one collection.
collectGarbage()
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

function due(): number {
  let slots = 0
  for (const [index, anchor] of anchors.entries()) {
    const period = periodOf(index)
    slots += Math.floor((closedAt - anchor) / period) - Math.floor((openedAt - anchor) / period)
  }
  return slots
}

function missed(): number {
  return tasks.reduce((all, task) => all + task.metrics().missed, 0)
}

lateBy.sort((a, b) => a - b)
const at = (share: number) => lateBy[Math.floor(share * (lateBy.length - 1))] ?? null
print<Sample>({
  registerMs,
  cpuMsPerS: (user + system) / (closedAt - openedAt),
  worstDelayMs: delay.max / 1e6,
  runs: lateBy.length,
  due: isRaw ? due() : null,
  missed: isRaw ? null : missed() - missedBefore,
  lateP50Ms: at(0.5),
  lateP99Ms: at(0.99),
  rssMb: process.memoryUsage().rss / 2 ** 20,
})
process.exit(0)
