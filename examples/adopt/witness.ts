// Loaded before an application, as an APM would be. It reports each run of Runwell to the parent process. On request of
// the parent, it disables all timers of a module, so that the jobs of the module die without an error.
import { tracingChannel } from 'node:diagnostics_channel'

/** The request of the parent: a part of the path of the module whose timers must be disabled. */
export interface Order {
  readonly die: string
}

/** The message to the parent for each run. */
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

/** Returns a callback that calls `callback`, unless the module that has set the timer is disabled. */
function mortal<Args extends unknown[]>(callback: (...args: Args) => unknown): typeof callback {
  if (typeof callback !== 'function') return callback
  // Timers that core sets must stay enabled, even if a disabled module has called core. So only the stack frames before
  // the first frame of core are searched.
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
