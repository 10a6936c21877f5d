import type { Grid } from './grid.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

/** The window is the current minute and the five minutes before. */
const slices = 6
const sliceMs = 60_000
/** One row for each slice, and one for values that have left the window. */
export const rollingRows = slices + 1
const olderRow = slices

/** Returns the start of the window. A value exactly at the start is in the window. */
export function rollingStart(nowMs: number): number {
  return (Math.floor(nowMs / sliceMs) - slices + 1) * sliceMs
}

/** The values of the last 5 to 6 minutes. The count and the sum are exact, all other numbers to 2 %. */
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

  /** Counts the value. The caller must also add it to the returned row of the grid. */
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

  /**
   * Removes values that have left the window at `nowMs`. Values that are added later also change the returned object.
   */
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
