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

/**
 * How values are spread, in little memory: any quantile is within 2 % of the exact one. Made for milliseconds from a
 * microsecond to 30 years; less than that counts as zero. Sketches add up.
 *
 * While it is empty, `sum`, `min` and `max` are 0.
 */
export class Sketch implements Distribution, Range {
  low = 0
  buckets = 0
  count = 0
  sum = 0
  #cells: Cells = noCells
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  get min(): number {
    return this.count === 0 ? 0 : this.#min
  }

  get max(): number {
    return this.count === 0 ? 0 : this.#max
  }

  /** Counts one value. What is no number is left out. */
  add(value: number): void {
    this.addIn(bucketOf(value), value)
  }

  /** Counts one value whose bucket is known. @internal */
  addIn(bucket: number, value: number): void {
    if (Number.isNaN(value)) return
    const column = this.#columnOf(bucket)
    this.#cells = bump(this.#cells, column, 1)
    this.count += 1
    this.sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  /** Adds all that `other` has counted. */
  merge(other: Sketch): void {
    if (other.count === 0) return
    const cells = other.#cells
    for (let column = 0; column <= other.buckets; column += 1) {
      const count = cells[column] ?? 0
      if (count === 0) continue
      const bucket = column === 0 ? zeroBucket : other.low + column - 1
      const target = this.#columnOf(bucket)
      this.#cells = bump(this.#cells, target, count)
    }
    this.count += other.count
    this.sum += other.sum
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
  }

  clear(): void {
    this.#cells.fill(0)
    this.count = 0
    this.sum = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = Number.NEGATIVE_INFINITY
  }

  /** A copy that does not change any more when this one does. */
  copy(): Sketch {
    const copy = new Sketch()
    copy.merge(this)
    return copy
  }

  quantile(q: number): number | undefined {
    const { count, min, max } = this
    return quantileOf({ cells: this.#cells, start: 0, range: this, count, min, max }, q)
  }

  /** Where a bucket is counted; makes room for it first. */
  #columnOf(bucket: number): number {
    if (bucket === zeroBucket) {
      if (this.#cells.length === 0) this.#cells = new Uint16Array(1)
      return 0
    }
    const column = bucket - this.low + 1
    if (column > 0 && column <= this.buckets) return column
    const range = rangeWith(this, bucket)
    this.#cells = regrown(this.#cells, 1, this, range)
    this.low = range.low
    this.buckets = range.buckets
    return bucket - range.low + 1
  }
}
