import { AsyncResource } from 'node:async_hooks'

/**
 * The async context in which core was loaded. All timers are armed and all user code is called inside it, so that no
 * run inherits the span or the store of whoever registered, triggered or observed.
 */
const root = new AsyncResource('runwell')

/** Calls `fn` in the root context. */
export function inRootContext<Result>(fn: () => Result): Result {
  return root.runInAsyncScope(fn)
}

/** Calls `fn` in a child of the present context: what it enters for good (`enterWith`) is left when it returns. */
export function isolated<Result>(fn: () => Result): Result {
  return new AsyncResource('runwell.run').runInAsyncScope(fn)
}
