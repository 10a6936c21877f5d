import { print } from '../print.ts'
import { lowerDecile } from '../rounds.ts'

export type Mode = 'nothing' | 'runwell' | 'async-local-storage' | 'async-hooks'

export interface Sample {
  readonly awaitNs: number
  readonly turnNs: number
}

const modes: Record<Mode, () => void | Promise<void>> = {
  nothing() {},
  async runwell() {
    const { every, Supervisor } = await import('@runwell/core')
    const supervisor = new Supervisor({ observers: [] })
    for (let index = 0; index < 100; index++) {
      supervisor.register({ name: `task.${index}`, schedule: every('1s'), run: async () => {} })
    }
    await supervisor.start()
  },
  async 'async-local-storage'() {
    const { AsyncLocalStorage } = await import('node:async_hooks')
    new AsyncLocalStorage().enterWith({ request: 1 })
  },
  async 'async-hooks'() {
    const { createHook } = await import('node:async_hooks')
    const live = new Map<number, string>()
    createHook({
      init: (id, type) => live.set(id, type),
      before() {},
      after() {},
      destroy: (id) => live.delete(id),
    }).enable()
  },
}

const [mode, forMs] = [process.argv[2] as Mode, Number(process.argv[3])]
await modes[mode]()
const nothing = async () => {}

async function cpuNs(count: number, step: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage()
  for (let turn = 0; turn < count; turn++) await step()
  const { user, system } = process.cpuUsage(began)
  return ((user + system) * 1_000) / count
}

const usedMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000

async function cost(step: () => Promise<unknown>, forMs: number): Promise<number> {
  let count = 1_000
  const samples: number[] = []
  const from = usedMs()
  while (usedMs() - from < forMs) {
    const nanoseconds = await cpuNs(count, step)
    if (usedMs() - from > forMs / 3) samples.push(nanoseconds)
    count = Math.ceil(10e6 / (nanoseconds + 1))
  }
  return lowerDecile(samples)
}

const awaitNs = await cost(nothing, forMs / 4)
// Garbage collection makes the samples of `setImmediate` vary more, so it is measured for longer.
const turnNs = await cost(() => new Promise((resolve) => setImmediate(resolve)), 0.75 * forMs)
print<Sample>({ awaitNs, turnNs })
process.exit(0)
