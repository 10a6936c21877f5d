export interface Deferred<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
}

type Resolve = (value: unknown) => void

let newest: Resolve | undefined

function keep(resolve: Resolve): void {
  newest = resolve
}

/**
 * Like `Promise.withResolvers()`, which Node 20 does not have. All promises share one executor. This saves one
 * closure for each promise.
 */
export function deferred<Value>(): Deferred<Value> {
  const promise = new Promise(keep) as Promise<Value>
  const resolve = newest as Resolve
  newest = undefined
  return { promise, resolve }
}
