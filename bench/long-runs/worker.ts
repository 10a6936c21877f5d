// Samples the heap while 5,000 tasks run for a long time.
// With `virtual`, the tasks have mixed periods on a virtual clock. With `real`, each task runs once a second.
import { setTimeout as sleep } from 'node:timers/promises'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { backoff, every, logObserver, loop, Supervisor, SystemClock, type TaskOptions } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { otelObserver } from '@runwell/otel'
import { heapInUse } from '../heap.ts'
import { print } from '../print.ts'

export interface Sample {
  /** Minutes since the start. */
  readonly at: number
  readonly runs: number
  readonly missed: number
  readonly skipped: number
  readonly heap: number
  readonly rss: number
  readonly cpuMs: number
}

const [samples, everyMs] = [Number(process.argv[3]), Number(process.argv[4])]
const virtualClock = process.argv[2] === 'virtual' ? new VirtualClock({ settle: 'microtasks' }) : undefined
const isVirtual = virtualClock !== undefined
const count = 5_000

class ManualReader extends MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}
const reader = new ManualReader()
const drop = () => {}
const supervisor = new Supervisor({
  clock: virtualClock ?? new SystemClock(),
  seed: 1,
  observers: [
    otelObserver({
      spans: false,
      meterProvider: new MeterProvider({ readers: [reader] }),
      exportAtStart: false,
      onWarning: drop,
    }),
    logObserver({ debug: drop, info: drop, warn: drop, error: drop }),
  ],
})

let number = 0
/** 21 does not divide the number of runs per second, so different tasks fail in each second. */
async function work(): Promise<void> {
  number++
  if (number % 21 !== 0) return
  const error = new Error(`run ${number} failed`)
  if (number % 210 === 0) error.name = `Error${number}`
  throw error
}

const periodOf = (index: number) => (isVirtual ? 1_000 + ((index * 7_919) % 59_000) : 1_000)
for (let index = 0; index < count; index++) {
  const options: Partial<TaskOptions> =
    index % 50 === 0
      ? { retry: { times: 1, backoff: backoff.fixed('10ms') } }
      : index % 51 === 0
        ? { timeout: '30s' }
        : {}
  supervisor.register({
    name: `task.${index}`,
    category: `category-${index % 10}`,
    schedule: every(periodOf(index), { anchor: isVirtual ? 'start' : 'epoch' }),
    run: work,
    ...options,
  })
}
for (let index = 0; index < 10; index++) {
  supervisor.register({
    name: `loop.${index}`,
    schedule: loop(),
    async run({ aborted, sleep, beat, unit }) {
      while (!aborted) {
        beat(`turn ${number}`)
        await unit('message', work).catch(drop)
        await sleep('5s')
      }
    },
  })
}
supervisor.register({
  name: 'spawner',
  schedule: every('1s'),
  run: () => void supervisor.spawn(`spawned.${number % 300}`, work),
})
console.error = drop // hides the warnings about the 300 names of spawned work
await supervisor.start()

const pass = (ms: number) => virtualClock?.advance(ms) ?? sleep(ms)
const taken: Sample[] = []
for (let sample = 0; sample <= samples; sample++) {
  if (sample > 0) await pass(everyMs)
  const { started, missed, skipped } = supervisor.report().totals
  await reader.collect()
  const { user, system } = process.cpuUsage()
  const heap = await heapInUse()
  const rss = process.memoryUsage().rss
  taken.push({
    at: (sample * everyMs) / 60_000,
    runs: started,
    missed,
    skipped,
    heap,
    rss,
    cpuMs: (user + system) / 1_000,
  })
}
print(taken)
process.exit(0)
