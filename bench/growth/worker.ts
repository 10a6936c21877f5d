import { setTimeout as sleep } from 'node:timers/promises'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { type ClockTimer, every, type Observer, Supervisor, SystemClock } from '@runwell/core'
import { otelObserver } from '@runwell/otel'
import { byHand } from '../per-run/peers.ts'
import { print } from '../print.ts'
import { lowerDecile, median } from '../rounds.ts'

/** For `hotRunCpuNs`, only 100 tasks run, so their data stays in the caches of the CPU. */
export interface RunSample {
  readonly runCpuNs: number
  readonly hotRunCpuNs: number
}

export interface Sample extends RunSample {
  readonly tickMs: number
  readonly tickAfterRunsMs: number
  readonly report: Timed
  readonly collect: Timed
  readonly rssMb: number
  readonly byHandNs: number
}

interface Timed {
  readonly tookMs: number
  readonly holdMs: number
}

const count = Number(process.argv[2])
const isRunsOnly = process.argv[3] === 'runs'

class TimingClock extends SystemClock {
  ticked = false
  ticksMs: number[] = []

  override timer(callback: () => void, delayMs: number, ref: boolean): ClockTimer {
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
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}

async function timed(act: () => unknown): Promise<Timed> {
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

async function severalTimed(times: number, act: () => unknown): Promise<Timed> {
  const samples: Timed[] = []
  for (let time = 0; time < times; time++) samples.push(await timed(act))
  return {
    tookMs: median(samples.map(({ tookMs }) => tookMs)),
    holdMs: median(samples.map(({ holdMs }) => holdMs)),
  }
}

const clock = new TimingClock()
const reader = new ManualReader()
const provider = new MeterProvider({ readers: [reader] })
const observers: Observer[] = [
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
for (let pass = 0; pass < 2; pass++) for (const task of tasks) await task.trigger()

async function cpuNs(run: (call: number) => unknown): Promise<number> {
  const calls = 5_000
  const cpu = process.cpuUsage()
  for (let call = 0; call < calls; call++) await run(call)
  const { user, system } = process.cpuUsage(cpu)
  return ((user + system) * 1_000) / calls
}

const placeOf = (call: number, among: number) => (call * 7_919) % among
const runsNs: number[] = []
const hotRunsNs: number[] = []
/** Called at several moments, because another program may slow this program down for a second. */
async function someRuns() {
  for (let batch = 0; batch < 10; batch++) {
    runsNs.push(await cpuNs((call) => tasks[placeOf(call, count)]?.trigger()))
    hotRunsNs.push(await cpuNs((call) => tasks[placeOf(call, 100)]?.trigger()))
  }
}
await someRuns()
if (isRunsOnly) {
  print<RunSample>({ runCpuNs: lowerDecile(runsNs), hotRunCpuNs: lowerDecile(hotRunsNs) })
  process.exit(0)
}

/**
 * Measures tasks without Runwell. Their cost grows only because the data of many tasks leaves the caches of the CPU.
 */
async function runOfTaskByHandNs(): Promise<number> {
  const runs = Array.from({ length: count }, byHand)
  for (let pass = 0; pass < 2; pass++) for (const run of runs) await run()
  const batches: number[] = []
  for (let batch = 0; batch < 20; batch++) batches.push(await cpuNs((call) => runs[placeOf(call, count)]?.()))
  return lowerDecile(batches)
}

await sleep(300)
clock.ticksMs = []
await sleep(2_100)
const idleTicks = clock.ticksMs
await someRuns()

clock.ticksMs = []
for (let tick = 0; tick < 10; tick++) {
  for (let index = 0; index < 100; index++) await tasks[(tick * 100 + index) % count]?.trigger()
  await sleep(200)
}
const busyTicks = clock.ticksMs

const report = await severalTimed(5, () => supervisor.report())
await someRuns()
const collect = await severalTimed(5, () => reader.collect())
const rssMb = process.memoryUsage().rss / 2 ** 20
print<Sample>({
  runCpuNs: lowerDecile(runsNs),
  hotRunCpuNs: lowerDecile(hotRunsNs),
  tickMs: median(idleTicks),
  tickAfterRunsMs: median(busyTicks),
  report,
  collect,
  rssMb,
  byHandNs: await runOfTaskByHandNs(),
})
process.exit(0)
