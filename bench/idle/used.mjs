// Prints the heap of Runwell's tasks that have each run many times, for 1 to 100 ms: what their numbers and history take.
// Time is made to pass by the clock that the supervisor is given, for nobody would wait so long.
import { every, Supervisor, SystemClock } from '@runwell/core'

const [count, runs] = process.argv.slice(2).map(Number)

class HastyClock extends SystemClock {
  #ahead = 0

  pass(ms) {
    this.#ahead += ms
  }

  now() {
    return super.now() + this.#ahead
  }

  monotonic() {
    return super.monotonic() + this.#ahead
  }

  loop(mono = this.monotonic()) {
    return mono
  }
}

async function heap() {
  for (let pass = 0; pass < 4; pass++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed
}

const clock = new HastyClock()
const before = await heap()
const supervisor = new Supervisor({ observers: [], clock })
const tasks = Array.from({ length: count }, (_, index) =>
  supervisor.register({
    name: `task.${index}`,
    schedule: every('365d', { first: 'after-period', anchor: 'start' }),
    run: async () => clock.pass(1 + Math.random() * 99),
  }),
)
await supervisor.start()
let fresh = 0
for (let run = 0; run < runs; run++) {
  for (const task of tasks) await task.trigger()
  if (run === 0) fresh = await heap()
}
const after = await heap()
console.log(
  JSON.stringify({ firstRunBytes: (fresh - before) / count, bytesPerTask: (after - before) / count }),
)
process.exit(0)
