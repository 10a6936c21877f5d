/** Waits with a timer. Waiting until `Date.now()` reaches a time would fail in scenarios that move the wall clock. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export async function until(isTrue: () => boolean, limitMs: number): Promise<number | undefined> {
  const began = performance.now()
  while (!isTrue()) {
    if (performance.now() - began > limitMs) return undefined
    await sleep(10)
  }
  return performance.now() - began
}
