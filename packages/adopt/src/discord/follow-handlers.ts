import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { taskName } from '../base/names.ts'
import { type ClientHandler, type ClientLike, listener } from './client-like.ts'

/** Events that tell about the client itself. Everything else is work that Discord sends. */
const ofClient =
  /^(ready|clientReady|debug|warn|error|raw|invalidated|shard[A-Z]\w*|cacheSweep|newListener|removeListener)$/

/**
 * Makes a run of each call of a handler of `client`, also of those that are added later.
 *
 * A handler is replaced by a wrapper with the property `listener`, by which an event emitter knows the original: `off` and
 * `listeners` work as before.
 */
export function followHandlers(
  supervisor: Supervisor,
  client: ClientLike,
  prefix: string,
  isGone: () => boolean,
): void {
  const tasks = new Map<string, ExternalTask>()
  const wrap = (event: string): void => {
    const raw = client.rawListeners(event as never) as ClientHandler[]
    if (raw.every((handler) => handler.listener !== undefined)) return
    for (const handler of raw) client.removeListener(event as never, handler)
    // All are added again, so that their order stays.
    for (const handler of raw) client.on(event as never, handler.listener ? handler : wrapped(event, handler))
  }
  const wrapped = (event: string, handler: ClientHandler): ClientHandler => {
    const name = taskName(`${prefix}.${event}`) ?? prefix
    const task = tasks.get(event) ?? adoptedTask(supervisor, {}, isGone, { name, host: 'discord.js' })
    if (task === undefined) return handler // the supervisor has stopped
    tasks.set(event, task)
    const call = task.wrap(handler)
    const listen: ClientHandler = function (this: unknown, ...args) {
      return Reflect.apply(call, this, args)
    }
    return Object.assign(listen, { listener: handler })
  }
  const follow = (event: string | symbol): void => {
    if (typeof event === 'string' && !ofClient.test(event)) wrap(event)
  }
  client.eventNames().forEach(follow)
  // It is emitted before the handler is added.
  listener(client)('newListener', (event: string | symbol) => queueMicrotask(() => follow(event)))
}
