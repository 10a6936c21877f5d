// Loaded before an application. Reports each run to the parent process.
import { tracingChannel } from 'node:diagnostics_channel'

/** Tells the application to disable the timers of all modules whose paths contain `die`. */
export interface Order {
  readonly die: string
}

export interface RunReport {
  readonly task: string
  readonly outcome: string
}

tracingChannel('runwell:run').asyncEnd.subscribe((message) => {
  const { task, outcome } = message as RunReport
  if (process.connected) process.send?.({ task, outcome } satisfies RunReport)
})

const dead: string[] = []
process.on('message', ({ die }: Order) => dead.push(die))
process.channel?.unref()

/** Makes the callback of a timer do nothing once the timers of the module that has set it are disabled. */
function mortal<Args extends unknown[]>(callback: (...args: Args) => unknown): typeof callback {
  if (typeof callback !== 'function') return callback
  // Timers of core must stay enabled. So only the stack frames before the first frame of core are compared.
  const [stack = ''] = (new Error().stack ?? '').split('/packages/core/')
  return function (this: unknown, ...args) {
    if (dead.some((part) => stack.includes(part))) return undefined
    return Reflect.apply(callback, this, args)
  }
}

Error.stackTraceLimit = 20
for (const name of ['setTimeout', 'setInterval'] as const) {
  const original = globalThis[name] as (callback: () => unknown, ...rest: unknown[]) => unknown
  const replaced = (callback: () => unknown, ...rest: unknown[]) => original(mortal(callback), ...rest)
  Object.assign(replaced, original)
  Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original))
  globalThis[name] = replaced as never
}
