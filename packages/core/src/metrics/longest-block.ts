const slices = 6
const sliceMs = 60_000

/**
 * The longest time for which one run blocked the event loop, in the last 5 to 6 minutes. Calls must pass times that
 * never decrease.
 */
export class LongestBlock {
  readonly #longest: number[] = new Array<number>(slices).fill(0)
  #newest = 0

  add(ms: number, atMs: number): void {
    this.#advance(atMs)
    const slice = this.#newest % slices
    this.#longest[slice] = Math.max(this.#longest[slice] ?? 0, ms)
  }

  of(nowMs: number): number {
    this.#advance(nowMs)
    let longest = 0
    for (const ms of this.#longest) if (ms > longest) longest = ms
    return longest
  }

  #advance(atMs: number): void {
    const slice = Math.floor(atMs / sliceMs)
    if (slice <= this.#newest) return
    const gone = Math.min(slice - this.#newest, slices)
    for (let step = 1; step <= gone; step += 1) this.#longest[(this.#newest + step) % slices] = 0
    this.#newest = slice
  }
}
