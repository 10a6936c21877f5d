import type { TaskGroup } from '../base/task-group.ts'
import { wrapJob } from '../base/wrap-job.ts'
import { type ClientHandler, type ClientLike, listener } from './client-like.ts'

/** Events about the client itself, whose handlers get no task. */
const ofClient =
  /^(ready|clientReady|debug|warn|error|raw|invalidated|shard[A-Z]\w*|cacheSweep|newListener|removeListener)$/

/**
 * Makes each call of a handler that was added with `on` a run. A wrapper has the original handler in the property
 * `listener`, where event emitters look for it. So `off` still works.
 */
export function followHandlers(client: ClientLike, tasks: TaskGroup): void {
  const wrappers = new WeakSet<ClientHandler>()
  const handlersOf = (event: string): readonly ClientHandler[] => client.rawListeners(event as never) as never
  const wrap = (event: string): void => {
    const raw = handlersOf(event)
    if (raw.every((handler) => handler.listener !== undefined)) return
    for (const handler of raw) client.removeListener(event as never, handler)
    // An added handler goes to the end of the list. So all handlers are added again, which keeps their order.
    for (const handler of raw) client.on(event as never, handler.listener ? handler : wrapped(event, handler))
  }
  const wrapped = (event: string, handler: ClientHandler): ClientHandler => {
    const task = tasks.of(event)
    if (task === undefined) return handler // the supervisor has begun to stop
    const call = wrapJob(task, handler)
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
  // Waits until the current code has ended. If this code replaces the only handler, the event keeps its task.
  for (const change of ['newListener', 'removeListener'])
    on(change, (event: string | symbol) => queueMicrotask(() => follow(event)))
}
