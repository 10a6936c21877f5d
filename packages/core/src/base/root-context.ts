import { AsyncResource } from 'node:async_hooks'

/**
 * The async context in which core was loaded. All timers are set and all user code is called inside it. So no run inherits
 * the span or the store of the code that registered or triggered it.
 */
const root = new AsyncResource('runwell')
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
