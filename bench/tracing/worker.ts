// Times one run, or one `await`, with nobody or somebody at `tracingChannel('runwell:run')`. What shares a process takes turns.
import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { runwell } from '../per-run/ours.ts'
import { type Call, task } from '../per-run/task.ts'
import { print } from '../print.ts'

const channel = tracingChannel('runwell:run')

/** An empty subscriber at each of the five channels. */
function subscribe(): void {
  const ignore = (): void => {}
  channel.subscribe({ start: ignore, end: ignore, asyncStart: ignore, asyncEnd: ignore, error: ignore })
}

const modes = {
  await: () => task,
  'await-asking': () => (): unknown => (channel.hasSubscribers ? undefined : task()),
  runwell: () => runwell(),
  subscriber: () => {
    subscribe()
    return runwell()
  },
  store: () => {
    channel.start.bindStore(new AsyncLocalStorage())
    return runwell()
  },
} satisfies Record<string, () => Call | Promise<Call>>

export type Mode = keyof typeof modes

/** CPU time in each batch, in nanoseconds. */
export type Costs = Partial<Record<Mode, readonly number[]>>

const forMs = Number(process.argv[2])
const timed: { mode: Mode; call: Call; count: number; costs: number[] }[] = []
for (const mode of process.argv.slice(3) as Mode[])
  timed.push({ mode, call: await modes[mode](), count: 1_000, costs: [] })

const usedMs = () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000

async function cpuNs(call: Call, count: number): Promise<number> {
  const began = usedMs()
  for (let turn = 0; turn < count; turn++) await call()
  return ((usedMs() - began) * 1e6) / count
}

// The first third warms up. Batches grow to about 10 ms.
const from = usedMs()
const total = forMs * timed.length
while (usedMs() - from < total) {
  for (const one of timed) {
    const nanoseconds = await cpuNs(one.call, one.count)
    if (usedMs() - from > total / 3) one.costs.push(nanoseconds)
    one.count = Math.ceil(10e6 / (nanoseconds + 1))
  }
}
print<Costs>(Object.fromEntries(timed.map(({ mode, costs }) => [mode, costs])))
process.exit(0)
