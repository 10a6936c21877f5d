import type { Grid } from './grid.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

/** The window consists of the current minute and the five minutes before, so it is 5 to 6 minutes long. */
const slices = 6
const sliceMs = 60_000
/** The number of rows that the grid needs: one for each slice, and one for all values that have left the window. */
export const rollingRows = slices + 1
const olderRow = slices

/** Returns the start of the window at `nowMs`. A value exactly at the start is in the window. */
export function rollingStart(nowMs: number): number {
  return (Math.floor(nowMs / sliceMs) - slices + 1) * sliceMs
}

/**
 * The distribution of the values that were added to a grid in the last 5 to 6 minutes. The count and the sum are exact;
 * the quantiles, `min` and `max` are exact to 2 %. Only a call of `rowFor` or `view` removes old values from the
 * window. Times must not decrease from call to call.
 */
export class Rolling implements Distribution {
  readonly #grid: Grid
  readonly #sums: number[] = new Array<number>(slices).fill(0)
  #newest = 0
  #count = 0

  constructor(grid: Grid) {
    this.#grid = grid
  }

  get count(): number {
    return this.#count
  }

  get sum(): number {
    return this.#sums.reduce((total, sum) => total + sum, 0)
  }

  get min(): number {
    return this.quantile(0) ?? 0
  }

  get max(): number {
    return this.quantile(1) ?? 0
  }

  /** Adds a value to the count and the sum. Returns the row of the grid to which the caller must add the value. */
  rowFor(value: number, atMs: number): number {
    this.#advance(atMs)
    const slice = this.#newest % slices
    this.#sums[slice] = (this.#sums[slice] ?? 0) + value
    this.#count += 1
    return slice
  }

  copy(): Distribution {
    const copy = new Sketch()
    copy.mergeRows(this.#grid, slices, this)
    return copy
  }

  /** Removes values that are too old at `nowMs`. Returns this object, which later values change. */
  view(nowMs: number): Distribution {
    this.#advance(nowMs)
    return this
  }

  quantile(q: number): number | undefined {
    if (this.#count === 0 || Number.isNaN(q)) return undefined
    const rank = Math.ceil(Math.min(1, q) * this.#count)
    return this.#grid.valueAt(Math.max(1, rank), slices)
  }

  #advance(atMs: number): void {
    const slice = Math.floor(atMs / sliceMs)
    if (slice <= this.#newest) return
    const gone = Math.min(slice - this.#newest, slices)
    for (let step = 1; step <= gone; step += 1) this.#forget((this.#newest + step) % slices)
    this.#newest = slice
  }

  #forget(slice: number): void {
    this.#count -= this.#grid.move(slice, olderRow)
    this.#sums[slice] = 0
  }
}
