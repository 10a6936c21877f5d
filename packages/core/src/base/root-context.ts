import { AsyncResource } from 'node:async_hooks'

/** The symbols that an {@link AsyncResource} needs. Its other symbols are keys of async contexts. */
const ownSymbols = /async_id|destroyed/

/**
 * The async context of all runs, so that no run inherits the span or the store of the code that triggered it.
 */
const root = withoutContext(new AsyncResource('runwell'))
const rootId = root.asyncId()

export function inRootContext<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return root.runInAsyncScope(fn, undefined, arg)
}

/**
 * Calls `fn` in a child of the current context, so that an `enterWith` in `fn` has no effect after it
 * returns.
 */
export function isolated<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return new AsyncResource('runwell.run', rootId).runInAsyncScope(fn, undefined, arg)
}

export function callInRoot<Result>(fn: () => Result): Result {
  return inRootContext(isolateCall<Result>, fn)
}

function isolateCall<Result>(fn: () => Result): Result {
  return isolated(fn, undefined)
}

/**
 * Removes the context in which `resource` was made. If a request imports this module, that context has the
 * user of the request, whom every later run would inherit.
 */
function withoutContext(resource: AsyncResource): AsyncResource {
  const properties = resource as unknown as Record<symbol, unknown>
  for (const key of Object.getOwnPropertySymbols(resource)) {
    if (ownSymbols.test(key.description ?? '') || properties[key] === undefined) continue
    Reflect.deleteProperty(resource, key)
  }
  return resource
}
