import {
  bucketOf,
  bump,
  type Cells,
  noCells,
  quantileOf,
  type Range,
  rangeWith,
  regrown,
  zeroBucket,
} from './buckets.ts'
import type { Distribution } from './task-metrics.ts'

/** The window slides by a slice, so it is 5 to 6 minutes long. */
const slices = 6
const sliceMs = 60_000
/** The row after those of the slices holds their sum. */
const totalRow = slices
const rows = slices + 1

/**
 * How the values of the last minutes are spread, within 2 % of each. It is as old as the newest instant it was told;
 * what is older than its window is forgotten with the next `add` or `view`. Instants never go back.
 */
export class Rolling implements Distribution {
  #cells: Cells = noCells
  #range: Range = { low: 0, buckets: 0 }
  #newest = 0
  #count = 0
  /** Of each slice: sum, least and greatest value. */
  readonly #sums: number[] = new Array<number>(slices).fill(0)
  readonly #mins: number[] = new Array<number>(slices).fill(Number.POSITIVE_INFINITY)
  readonly #maxs: number[] = new Array<number>(slices).fill(Number.NEGATIVE_INFINITY)

  get count(): number {
    return this.#count
  }

  get sum(): number {
    return this.#sums.reduce((total, sum) => total + sum, 0)
  }

  get min(): number {
    return this.#count === 0 ? 0 : Math.min(...this.#mins)
  }

  get max(): number {
    return this.#count === 0 ? 0 : Math.max(...this.#maxs)
  }

  add(value: number, atMs: number): void {
    this.addIn(bucketOf(value), value, atMs)
  }

  /** Counts one value whose bucket is known. @internal */
  addIn(bucket: number, value: number, atMs: number): void {
    if (Number.isNaN(value)) return
    this.#advance(atMs)
    const column = this.#columnOf(bucket)
    const width = this.#range.buckets + 1
    const slice = this.#newest % slices
    this.#cells = bump(this.#cells, slice * width + column, 1)
    this.#cells = bump(this.#cells, totalRow * width + column, 1)
    this.#count += 1
    this.#sums[slice] = (this.#sums[slice] ?? 0) + value
    if (value < (this.#mins[slice] ?? 0)) this.#mins[slice] = value
    if (value > (this.#maxs[slice] ?? 0)) this.#maxs[slice] = value
  }

  /** The window as it is at `nowMs`. It is this object: it goes on changing. */
  view(nowMs: number): Distribution {
    this.#advance(nowMs)
    return this
  }

  quantile(q: number): number | undefined {
    const { count, min, max } = this
    const start = totalRow * (this.#range.buckets + 1)
    return quantileOf({ cells: this.#cells, start, range: this.#range, count, min, max }, q)
  }

  #advance(atMs: number): void {
    const slice = Math.floor(atMs / sliceMs)
    if (slice <= this.#newest) return
    const gone = Math.min(slice - this.#newest, slices)
    for (let step = 1; step <= gone; step += 1) this.#forget((this.#newest + step) % slices)
    this.#newest = slice
  }

  #forget(slice: number): void {
    if (this.#mins[slice] === Number.POSITIVE_INFINITY) return
    const width = this.#range.buckets + 1
    const cells = this.#cells
    for (let column = 0; column < width; column += 1) {
      const count = cells[slice * width + column] ?? 0
      if (count === 0) continue
      cells[slice * width + column] = 0
      const total = totalRow * width + column
      cells[total] = (cells[total] ?? 0) - count
      this.#count -= count
    }
    this.#sums[slice] = 0
    this.#mins[slice] = Number.POSITIVE_INFINITY
    this.#maxs[slice] = Number.NEGATIVE_INFINITY
  }

  /** Where a bucket is counted in each row; makes room for it first. */
  #columnOf(bucket: number): number {
    if (bucket === zeroBucket) {
      if (this.#cells.length === 0) this.#cells = new Uint16Array(rows)
      return 0
    }
    const { low, buckets } = this.#range
    const column = bucket - low + 1
    if (column > 0 && column <= buckets) return column
    const range = rangeWith(this.#range, bucket)
    this.#cells = regrown(this.#cells, rows, this.#range, range)
    this.#range = range
    return bucket - range.low + 1
  }
}
