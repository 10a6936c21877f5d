/** A promise, and the call that resolves it. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
}

type Resolve = (value: unknown) => void

let newest: Resolve | undefined

function keep(resolve: Resolve): void {
  newest = resolve
}

/** As `Promise.withResolvers()`, which Node 20 has not. One executor serves all: each trigger makes a promise. */
export function deferred<Value>(): Deferred<Value> {
  const promise = new Promise(keep) as Promise<Value>
  const resolve = newest as Resolve // executors are called at once
  newest = undefined
  return { promise, resolve }
}
