import type { TaskGroup } from '../base/task-group.ts'
import { type ClientHandler, type ClientLike, listener } from './client-like.ts'

/** Events about the client itself. They get no task. */
const ofClient =
  /^(ready|clientReady|debug|warn|error|raw|invalidated|shard[A-Z]\w*|cacheSweep|newListener|removeListener)$/

/**
 * Replaces each handler of `client` by a wrapper that makes each call a run. Also replaces handlers that are added
 * later. Does not replace handlers that were added with `once`, and handlers of events about the client itself. When
 * the last wrapper of an event is removed, the task of the event is unregistered.
 *
 * A wrapper has the original handler as its property `listener`. Event emitters know this property, so `off` and
 * `listeners` of the application still work with the original handler.
 */
export function followHandlers(client: ClientLike, tasks: TaskGroup): void {
  const wrappers = new WeakSet<ClientHandler>()
  const handlersOf = (event: string): readonly ClientHandler[] => client.rawListeners(event as never) as never
  const wrap = (event: string): void => {
    const raw = handlersOf(event)
    if (raw.every((handler) => handler.listener !== undefined)) return
    for (const handler of raw) client.removeListener(event as never, handler)
    // A wrapper is added at the end of the list. So all handlers are removed and added again, to keep their order.
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
  // Code may remove the only handler of an event and immediately add another one. `follow` waits for a microtask, so
  // that the event keeps its task.
  for (const change of ['newListener', 'removeListener'])
    on(change, (event: string | symbol) => queueMicrotask(() => follow(event)))
}
