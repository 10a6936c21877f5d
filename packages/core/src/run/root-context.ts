import { AsyncResource } from 'node:async_hooks'

/**
 * The async context in which core was loaded. All timers are armed and all user code is called inside it, so that no
 * run inherits the span or the store of whoever registered, triggered or observed.
 */
const root = new AsyncResource('runwell')

/** Calls `fn` in the root context. */
export function inRootContext<Args extends unknown[], Result>(
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  return root.runInAsyncScope(fn, undefined, ...args)
}

/** Calls `fn` in a child of the present context: what it enters for good (`enterWith`) is left when it returns. */
export function isolated<Args extends unknown[], Result>(
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  return new AsyncResource('runwell.run').runInAsyncScope(fn, undefined, ...args)
}
