// Prints how much heap a task takes after its first run and after many runs. Each run moves the clock on by 1 to 100
// ms.
import { every, Supervisor, SystemClock } from '@runwell/core'
import { heapInUse } from '../heap.ts'
import { print } from '../print.ts'

export interface Sample {
  readonly firstRunBytes: number
  readonly bytesPerTask: number
}

const [count, runs] = [Number(process.argv[2]), Number(process.argv[3])]

class MovableClock extends SystemClock {
  #aheadMs = 0

  moveBy(ms: number): void {
    this.#aheadMs += ms
  }

  override now(): number {
    return super.now() + this.#aheadMs
  }

  override monotonic(): number {
    return super.monotonic() + this.#aheadMs
  }

  override awake(mono: number = this.monotonic()): number {
    return mono
  }
}

const clock = new MovableClock()
const before = await heapInUse()
const supervisor = new Supervisor({ observers: [], clock })
const tasks = Array.from({ length: count }, (_, index) =>
  supervisor.register({
    name: `task.${index}`,
    schedule: every('365d', { first: 'after-period', anchor: 'start' }),
    run: async () => clock.moveBy(1 + Math.random() * 99),
  }),
)
await supervisor.start()
let afterFirst = 0
for (let run = 0; run < runs; run++) {
  for (const task of tasks) await task.trigger()
  if (run === 0) afterFirst = await heapInUse()
}
const after = await heapInUse()
print<Sample>({ firstRunBytes: (afterFirst - before) / count, bytesPerTask: (after - before) / count })
process.exit(0)
