const key = Symbol.for('@runwell/otel/attachedObservers')
/** Shared, because a process can load this package as ES module and as CommonJS. */
const shared = globalThis as { [key]?: number }

/** Call this when a supervisor begins to use an observer of this package. */
export function noteAttached(): void {
  shared[key] = (shared[key] ?? 0) + 1
}

export function wasEverAttached(): boolean {
  return shared[key] !== undefined
}
