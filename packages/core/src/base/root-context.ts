import { AsyncResource } from 'node:async_hooks'

/** Names of the symbols of an {@link AsyncResource} that do not hold a context. */
const ownSymbols = /async_id|destroyed/

/**
 * The async context of the process. All timers are set and all user code is called inside it. So no run inherits the span
 * or the store of the code that registered or triggered it.
 */
const root = withoutContext(new AsyncResource('runwell'))
const rootId = root.asyncId()

/** Calls `fn` in the root context. It takes exactly one argument, since every run passes here. */
export function inRootContext<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return root.runInAsyncScope(fn, undefined, arg)
}

/**
 * Calls `fn` in a child of the current context, so that an `enterWith` in `fn` has no effect after it returns. Passing the id
 * saves Node from looking it up; only async hooks use it.
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
 * Removes the context in which `resource` was made. If core is first imported while a request is served, this is the context
 * of that request, and its user must not appear in every later run.
 *
 * Node has no call that makes a resource without the current context. It keeps the context in properties of the resource
 * that are named by symbols: one for each store, or one for all. Only those of its ids have to stay.
 */
function withoutContext(resource: AsyncResource): AsyncResource {
  const properties = resource as unknown as Record<symbol, unknown>
  for (const key of Object.getOwnPropertySymbols(resource)) {
    if (ownSymbols.test(key.description ?? '') || properties[key] === undefined) continue
    Reflect.deleteProperty(resource, key)
  }
  return resource
}
