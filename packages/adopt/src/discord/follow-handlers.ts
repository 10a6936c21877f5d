import type { TaskGroup } from '../base/task-group.ts'
import { type ClientHandler, type ClientLike, listener } from './client-like.ts'

/** Events about the client itself. They get no task. */
const ofClient =
  /^(ready|clientReady|debug|warn|error|raw|invalidated|shard[A-Z]\w*|cacheSweep|newListener|removeListener)$/

/**
 * Makes a run of each call of a handler of `client`, including handlers that are added later. Left out are handlers
 * added with `once`, and handlers of events about the client itself. When the last counted handler of an event is
 * removed, the task of the event is unregistered.
 *
 * A handler is replaced by a wrapper with the property `listener`, in which event emitters look for the original. So
 * `off` and `listeners` work as before.
 */
export function followHandlers(client: ClientLike, tasks: TaskGroup): void {
  const wrappers = new WeakSet<ClientHandler>()
  const handlersOf = (event: string): readonly ClientHandler[] => client.rawListeners(event as never) as never
  const wrap = (event: string): void => {
    const raw = handlersOf(event)
    if (raw.every((handler) => handler.listener !== undefined)) return
    for (const handler of raw) client.removeListener(event as never, handler)
    // All handlers are removed and added again, to keep their order.
    for (const handler of raw) client.on(event as never, handler.listener ? handler : wrapped(event, handler))
  }
  const wrapped = (event: string, handler: ClientHandler): ClientHandler => {
    const task = tasks.of(event)
    if (task === undefined) return handler // the supervisor has stopped
    const call = task.wrap(handler)
    const listen: ClientHandler = function (this: unknown, ...args) {
      return Reflect.apply(call, this, args)
    }
    wrappers.add(listen)
    return Object.assign(listen, { listener: handler })
  }
  const follow = (event: string | symbol): void => {
    if (typeof event !== 'string' || ofClient.test(event)) return
    wrap(event)
    if (!handlersOf(event).some((handler) => wrappers.has(handler))) tasks.remove(event)
  }
  client.eventNames().forEach(follow)
  const on = listener(client)
  // The check waits for a microtask. So if code removes a handler and immediately adds another one, the event keeps its
  // task.
  for (const change of ['newListener', 'removeListener'])
    on(change, (event: string | symbol) => queueMicrotask(() => follow(event)))
}
