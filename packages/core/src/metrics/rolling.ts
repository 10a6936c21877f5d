import { bucketOf, Grid } from './grid.ts'
import { Sketch } from './sketch.ts'
import type { Distribution } from './task-metrics.ts'

/** The window slides by a slice, so it is 5 to 6 minutes long. */
const slices = 6
const sliceMs = 60_000
/** The row after those of the slices is their sum. */
const totalRow = slices

/** The oldest instant that is still in the window at `nowMs`. */
export function rollingStart(nowMs: number): number {
  return (Math.floor(nowMs / sliceMs) - slices + 1) * sliceMs
}

/**
 * How the values of the last minutes are spread, within 2 % of each, `min` and `max` too. It is as old as the newest
 * instant it was told: what has left the window is forgotten with the next `add` or `view`. Instants never go back.
 */
export class Rolling implements Distribution {
  readonly #grid = new Grid(slices + 1)
  readonly #sums: number[] = new Array<number>(slices).fill(0)
  #newest = 0
  #count = 0

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

  /** @param bucket - that of `value`, where it is known */
  add(value: number, atMs: number, bucket = bucketOf(value)): void {
    if (Number.isNaN(value)) return
    this.#advance(atMs)
    const slice = this.#newest % slices
    this.#grid.bump(slice, bucket, 1)
    this.#grid.bump(totalRow, bucket, 1)
    this.#sums[slice] = (this.#sums[slice] ?? 0) + value
    this.#count += 1
  }

  /** A copy that does not change when this one does. */
  copy(): Distribution {
    const copy = new Sketch()
    copy.mergeRow(this.#grid, totalRow, this)
    return copy
  }

  /** The window as it is at `nowMs`. It is this object, so it goes on changing. */
  view(nowMs: number): Distribution {
    this.#advance(nowMs)
    return this
  }

  quantile(q: number): number | undefined {
    if (this.#count === 0 || Number.isNaN(q)) return undefined
    const rank = Math.ceil(Math.min(1, q) * this.#count)
    return this.#grid.valueAt(totalRow, Math.max(1, rank))
  }

  #advance(atMs: number): void {
    const slice = Math.floor(atMs / sliceMs)
    if (slice <= this.#newest) return
    const gone = Math.min(slice - this.#newest, slices)
    for (let step = 1; step <= gone; step += 1) this.#forget((this.#newest + step) % slices)
    this.#newest = slice
  }

  #forget(slice: number): void {
    this.#count -= this.#grid.drain(slice, totalRow)
    this.#sums[slice] = 0
  }
}
