// What a registry of so many tasks costs: a run, a tick of the monitor, `report()`, and a collect of the metrics; or a run
// alone, when the second argument is `runs`.
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { every, Supervisor, SystemClock } from '@runwell/core'
import { otelObserver } from '@runwell/otel'
import { byHand } from '../per-run/peers.mjs'
import { lowerDecile, median } from '../rounds.mjs'

const count = Number(process.argv[2])
const isRunsOnly = process.argv[3] === 'runs'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A clock that times what its timers do, and tells which of them were ticks of the monitor. */
class TimingClock extends SystemClock {
  ticked = false
  ticksMs = []

  timer(callback, delayMs, ref) {
    const timed = () => {
      this.ticked = false
      const began = performance.now()
      callback()
      if (this.ticked) this.ticksMs.push(performance.now() - began)
    }
    return super.timer(timed, delayMs, ref)
  }
}

class ManualReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** How long `act` takes, and the longest time in which it holds the event loop. */
async function timed(act) {
  let holdMs = 0
  let seenAt = performance.now()
  let isOver = false
  const look = () => {
    const now = performance.now()
    holdMs = Math.max(holdMs, now - seenAt)
    seenAt = now
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await sleep(5)
  holdMs = 0
  const began = performance.now()
  seenAt = began
  await act()
  const tookMs = performance.now() - began
  await new Promise((resolve) => setImmediate(resolve))
  isOver = true
  return { tookMs, holdMs }
}

async function several(times, act) {
  const samples = []
  for (let time = 0; time < times; time++) samples.push(await timed(act))
  return {
    tookMs: median(samples.map(({ tookMs }) => tookMs)),
    holdMs: median(samples.map(({ holdMs }) => holdMs)),
  }
}

const clock = new TimingClock()
const reader = new ManualReader()
const provider = new MeterProvider({ readers: [reader] })
const observers = [
  otelObserver({ spans: false, meterProvider: provider, exportAtStart: false, onWarning() {} }),
  {
    name: 'ticks',
    onEvent(event) {
      if (event.type === 'monitor.ticked') clock.ticked = true
    },
  },
]
const supervisor = new Supervisor({ observers, clock, monitor: '200ms' })
const tasks = Array.from({ length: count }, (_, index) =>
  supervisor.register({
    name: `task.${index}`,
    schedule: every('1d', { first: 'after-period' }),
    run: async () => {},
  }),
)
await supervisor.start()
// Twice each, so that every task has something to show.
for (let pass = 0; pass < 2; pass++) for (const task of tasks) await task.trigger()

/** CPU time of a call of `run`, which is told how many calls there were before. */
async function cpuNs(run) {
  const calls = 5_000
  const cpu = process.cpuUsage()
  for (let call = 0; call < calls; call++) await run(call)
  const { user, system } = process.cpuUsage(cpu)
  return ((user + system) * 1_000) / calls
}

/** A walk over `among` tasks that comes near no task that it has been at lately. */
const placeOf = (call, among) => (call * 7_919) % among
const runsNs = []
const hotRunsNs = []
/** Now and then, since a neighbour may slow all that is done within a second. */
async function someRuns() {
  for (let batch = 0; batch < 10; batch++) {
    runsNs.push(await cpuNs((call) => tasks[placeOf(call, count)].trigger()))
    hotRunsNs.push(await cpuNs((call) => tasks[placeOf(call, 100)].trigger()))
  }
}
await someRuns()
if (isRunsOnly) {
  console.log(JSON.stringify({ runCpuNs: lowerDecile(runsNs), hotRunCpuNs: lowerDecile(hotRunsNs) }))
  process.exit(0)
}

/** The same walk over as many tasks that keep a few counters by hand: what the caches of the machine make of it. */
async function ofTasksByHand() {
  const books = Array.from({ length: count }, byHand)
  for (let pass = 0; pass < 2; pass++) for (const run of books) await run()
  const batches = []
  for (let batch = 0; batch < 20; batch++) batches.push(await cpuNs((call) => books[placeOf(call, count)]()))
  return lowerDecile(batches)
}

await sleep(300)
clock.ticksMs = []
await sleep(2_100)
const idleTicks = clock.ticksMs
await someRuns()

// A hundred tasks have run since the tick before.
clock.ticksMs = []
for (let tick = 0; tick < 10; tick++) {
  for (let index = 0; index < 100; index++) await tasks[(tick * 100 + index) % count].trigger()
  await sleep(200)
}
const busyTicks = clock.ticksMs

const report = await several(5, () => supervisor.report())
await someRuns()
const collect = await several(5, () => reader.collect())
const rssMb = process.memoryUsage().rss / 2 ** 20
console.log(
  JSON.stringify({
    runCpuNs: lowerDecile(runsNs),
    hotRunCpuNs: lowerDecile(hotRunsNs),
    tickMs: median(idleTicks),
    tickAfterRunsMs: median(busyTicks),
    report,
    collect,
    rssMb,
    byHandNs: await ofTasksByHand(),
  }),
)
process.exit(0)
