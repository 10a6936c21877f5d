/** Unlike a comparison with `Date.now()`, this works if a scenario moves the wall clock. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Resolves with the elapsed milliseconds, or `undefined` after `limitMs`. */
export async function until(isTrue: () => boolean, limitMs: number): Promise<number | undefined> {
  const began = performance.now()
  while (!isTrue()) {
    if (performance.now() - began > limitMs) return undefined
    await sleep(10)
  }
  return performance.now() - began
}
