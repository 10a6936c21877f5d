export interface Deferred<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
}

type Resolve = (value: unknown) => void

let newest: Resolve | undefined

function keep(resolve: Resolve): void {
  newest = resolve
}

/** Like `Promise.withResolvers()`, which Node 20 lacks. All promises share one executor: this saves a closure each. */
export function deferred<Value>(): Deferred<Value> {
  const promise = new Promise(keep) as Promise<Value>
  const resolve = newest as Resolve // `new Promise` has called `keep`
  newest = undefined
  return { promise, resolve }
}
