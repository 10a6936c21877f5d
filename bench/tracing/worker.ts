import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { type Call, timeInTurns } from '../batches.ts'
import { runwell } from '../per-run/ours.ts'
import { task } from '../per-run/task.ts'
import { print } from '../print.ts'

const channel = tracingChannel('runwell:run')

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

const calls = new Map<Mode, Call>()
for (const mode of process.argv.slice(3) as Mode[]) calls.set(mode, await modes[mode]())
print(await timeInTurns(Number(process.argv[2]), calls))
process.exit(0)
