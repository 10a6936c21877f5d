import { AsyncResource } from 'node:async_hooks'

/** These symbols belong to an {@link AsyncResource} itself. All its other symbols are keys of async contexts. */
const ownSymbols = /async_id|destroyed/

/**
 * All runs except spawned and external ones use this async context. So they do not inherit the span or the store of
 * the code that triggered them.
 */
const root = withoutContext(new AsyncResource('runwell'))
const rootId = root.asyncId()

export function inRootContext<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return root.runInAsyncScope(fn, undefined, arg)
}

/**
 * Calls `fn` in a child of the current async context. If `fn` calls `enterWith`, this has no effect after `fn` has
 * returned.
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
 * Removes the async context in which `resource` was created. If a request imports this module, that context contains
 * the user of the request. Every later run would inherit that user.
 */
function withoutContext(resource: AsyncResource): AsyncResource {
  const properties = resource as unknown as Record<symbol, unknown>
  for (const key of Object.getOwnPropertySymbols(resource)) {
    if (ownSymbols.test(key.description ?? '') || properties[key] === undefined) continue
    Reflect.deleteProperty(resource, key)
  }
  return resource
}
