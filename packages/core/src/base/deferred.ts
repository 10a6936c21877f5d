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
 * Like `Promise.withResolvers()`, which Node 20 lacks. A shared executor saves a closure for each promise.
 */
export function deferred<Value>(): Deferred<Value> {
  const promise = new Promise(keep) as Promise<Value>
  const resolve = newest as Resolve
  newest = undefined
  return { promise, resolve }
}
