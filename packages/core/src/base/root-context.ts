import { AsyncResource } from 'node:async_hooks'

/**
 * The async context in which core was loaded. All timers are armed and all user code is called inside it, so that no
 * run inherits the span or the store of whoever registered, triggered or observed.
 */
const root = new AsyncResource('runwell')
const rootId = root.asyncId()

/** Calls `fn` in the root context. It is handed one argument and not any number: that is on the path of every run. */
export function inRootContext<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return root.runInAsyncScope(fn, undefined, arg)
}

/**
 * Calls `fn` in a child of the present context: what it enters for good (`enterWith`) is left when it returns. The id is
 * what Node would find out by itself, for its hooks alone.
 */
export function isolated<Arg, Result>(fn: (arg: Arg) => Result, arg: Arg): Result {
  return new AsyncResource('runwell.run', rootId).runInAsyncScope(fn, undefined, arg)
}
