// Runs thousands of tasks for long and samples the heap at even distances; prints the samples.
//
// `virtual`: tasks of mixed periods on a virtual clock, an hour in a minute. `real`: 5,000 tasks each second. A few of them
// fail, time out, retry, are spawned or stay up as loops, so that nothing that keeps books is left out; metrics are
// collected once a sample.

import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { backoff, every, logObserver, loop, Supervisor, SystemClock } from '@runwell/core'
import { VirtualClock } from '@runwell/core/testing'
import { otelObserver } from '@runwell/otel'
import { heapInUse } from '../heap.mjs'

const [kind, samples, everyMs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const isVirtual = kind === 'virtual'
const clock = isVirtual ? new VirtualClock({ settle: 'microtasks' }) : new SystemClock()
const count = 5_000

class ManualReader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}
const reader = new ManualReader()
const drop = () => {}
const supervisor = new Supervisor({
  clock,
  seed: 1,
  observers: [
    otelObserver({
      spans: false,
      meterProvider: new MeterProvider({ readers: [reader] }),
      exportAtStart: false,
      warn: drop,
    }),
    logObserver({ debug: drop, info: drop, warn: drop, error: drop }),
  ],
})

let number = 0
/**
 * One run in 21 fails, each time with a text and now and then with a class of its own. 21 divides no number of tasks, so
 * that all of them have failed before long: what is kept of the last error is kept of each.
 */
async function work() {
  number++
  if (number % 21 !== 0) return
  const error = new Error(`run ${number} failed`)
  if (number % 210 === 0) error.name = `Error${number}`
  throw error
}

const periodOf = (index) => (isVirtual ? 1_000 + ((index * 7_919) % 59_000) : 1_000)
for (let index = 0; index < count; index++) {
  const options =
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
console.error = drop // fails a line a minute for each of what nobody is told
await supervisor.start()

const pass = (ms) => (isVirtual ? clock.advance(ms) : new Promise((resolve) => setTimeout(resolve, ms)))
const taken = []
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
console.log(JSON.stringify(taken))
process.exit(0)
