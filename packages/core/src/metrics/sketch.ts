import { bucketOf, Grid } from './grid.ts'
import type { Distribution } from './task-metrics.ts'

/** The distribution of any number of values, in milliseconds, exact to 2 %. Ignores `NaN`. */
export class Sketch implements Distribution {
  count = 0
  sum = 0
  readonly #grid: Grid
  readonly #rows: number
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  constructor(rows = 1, grid = new Grid(rows)) {
    this.#rows = rows
    this.#grid = grid
  }

  get min(): number {
    return this.count === 0 ? 0 : this.#min
  }

  get max(): number {
    return this.count === 0 ? 0 : this.#max
  }

  add(value: number, row = 0): void {
    if (Number.isNaN(value)) return
    this.#grid.bump(row, bucketOf(value), 1)
    this.count += 1
    this.sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  merge(other: Sketch): void {
    this.mergeRows(other.#grid, other.#rows, other)
  }

  /** @param of - the count, sum, min and max of the added values */
  mergeRows(grid: Grid, rows: number, of: Distribution): void {
    if (of.count === 0) return
    this.#grid.addRows(grid, rows)
    this.count += of.count
    this.sum += of.sum
    this.#min = Math.min(this.#min, of.min)
    this.#max = Math.max(this.#max, of.max)
  }

  copy(): Sketch {
    const copy = new Sketch()
    copy.merge(this)
    return copy
  }

  /** For `q` = 0 and `q` = 1, the result is exact. */
  quantile(q: number): number | undefined {
    if (this.count === 0 || Number.isNaN(q)) return undefined
    if (q <= 0) return this.#min
    const rank = Math.ceil(q * this.count)
    if (rank >= this.count) return this.#max
    return Math.min(this.#max, Math.max(this.#min, this.#grid.valueAt(rank, this.#rows)))
  }
}
