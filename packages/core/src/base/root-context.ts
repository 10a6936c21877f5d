import { AsyncResource } from 'node:async_hooks'

/** Matches the names of the symbols that an {@link AsyncResource} needs. Its other symbols are keys of contexts. */
const ownSymbols = /async_id|destroyed/

/**
 * The async context of the process. The supervisor sets its timers and starts its runs inside it. A run that it starts
 * does not inherit the span or the store of the code that registered or triggered the task.
 */
const root = withoutContext(new AsyncResource('runwell'))
const rootId = root.asyncId()

export function inRootContext<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return root.runInAsyncScope(fn, undefined, arg)
}

/**
 * Calls `fn(arg)` in a child of the current context, so that an `enterWith` in `fn` has no effect after it returns.
 * With `rootId`, Node does not have to look up an id for async hooks, which is faster.
 */
export function isolated<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return new AsyncResource('runwell.run', rootId).runInAsyncScope(fn, undefined, arg)
}

/** Calls a function of the user in the root context. An `enterWith` in it has no effect after it returns. */
export function callInRoot<Result>(fn: () => Result): Result {
  return inRootContext(isolateCall<Result>, fn)
}

function isolateCall<Result>(fn: () => Result): Result {
  return isolated(fn, undefined)
}

/**
 * Removes the context in which `resource` was made. If core is first imported while a request is served, this is the
 * context of that request. Without the removal, every later run would have the user of that request.
 *
 * Node cannot create a resource without the current context. It stores the context in properties of the resource with
 * symbols as keys: one for each store, or one for all stores. Only the properties that match `ownSymbols` have to stay.
 */
function withoutContext(resource: AsyncResource): AsyncResource {
  const properties = resource as unknown as Record<symbol, unknown>
  for (const key of Object.getOwnPropertySymbols(resource)) {
    if (ownSymbols.test(key.description ?? '') || properties[key] === undefined) continue
    Reflect.deleteProperty(resource, key)
  }
  return resource
}
