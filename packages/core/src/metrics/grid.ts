/**
 * Bucket `i` counts the values above γ^(i−1) and up to γ^i. All these values differ from the middle of the bucket by
 * at most 2 %.
 */
const accuracy = 0.02
const gamma = (1 + accuracy) / (1 - accuracy)
const perLog = 1 / Math.log(gamma)

/** In milliseconds. Smaller values are stored as 0, greater values as `greatestValue`. */
const minValue = 0.001
const greatestValue = 1e12

const zeroBucket = -1_000_000

export function bucketOf(value: number): number {
  if (value < minValue) return zeroBucket
  return Math.ceil(Math.log(Math.min(value, greatestValue)) * perLog)
}

function middleOf(bucket: number): number {
  return bucket === zeroBucket ? 0 : (2 * gamma ** bucket) / (gamma + 1)
}

type Cells = Uint8Array | Uint16Array | Uint32Array | Float64Array

const noCells: Cells = new Uint8Array(0)
/** A grid grows by this many buckets at once, because each growth copies the whole grid. */
const block = 8

/** A table of counts, with one column for each bucket. Only the used range of buckets is stored. */
export class Grid {
  readonly #rows: number
  /**
   * The rows follow one another. In each row, the zero bucket comes first, and then the buckets from number `#low`
   * on.
   */
  #cells: Cells = noCells
  #low = 0
  #buckets = 0

  constructor(rows: number) {
    this.#rows = rows
  }

  bump(row: number, bucket: number, count: number): void {
    const column = this.#columnOf(bucket)
    const at = row * (this.#buckets + 1) + column
    const sum = (this.#cells[at] ?? 0) + count
    this.#cells[at] = sum
    if (this.#cells[at] !== sum) this.#cells = widened(this.#cells, at, sum)
  }

  /** Adds the first `rows` rows of `other` to the first row of this grid. */
  addRows(other: Grid, rows: number): void {
    for (let row = 0; row < rows; row += 1) other.#each(row, (bucket, count) => this.bump(0, bucket, count))
  }

  move(row: number, to: number): number {
    let moved = 0
    this.#each(row, (bucket, count) => {
      this.bump(to, bucket, count)
      moved += count
    })
    const width = this.#buckets + 1
    this.#cells.fill(0, row * width, (row + 1) * width)
    return moved
  }

  /** Returns the value at position `rank` (from 1) among the sorted values of the first `rows` rows. Exact to 2 %. */
  valueAt(rank: number, rows: number): number {
    let counted = this.#countIn(0, rows)
    if (counted >= rank) return 0
    let column = 1
    for (; column < this.#buckets; column += 1) {
      counted += this.#countIn(column, rows)
      if (counted >= rank) break
    }
    return middleOf(this.#low + column - 1)
  }

  #countIn(column: number, rows: number): number {
    const width = this.#buckets + 1
    let count = 0
    for (let row = 0; row < rows; row += 1) count += this.#cells[row * width + column] ?? 0
    return count
  }

  #each(row: number, visit: (bucket: number, count: number) => void): void {
    const start = row * (this.#buckets + 1)
    const low = this.#low
    const cells = this.#cells
    for (let column = 0; column <= this.#buckets; column += 1) {
      const count = cells[start + column] ?? 0
      if (count > 0) visit(column === 0 ? zeroBucket : low + column - 1, count)
    }
  }

  #columnOf(bucket: number): number {
    const column = bucket - this.#low + 1
    if (column > 0 && column <= this.#buckets) return column
    if (bucket !== zeroBucket) return this.#growTo(bucket)
    if (this.#cells.length === 0) this.#cells = new Uint8Array(this.#rows)
    return 0
  }

  #growTo(bucket: number): number {
    const first = Math.floor(bucket / block) * block
    const isEmpty = this.#buckets === 0
    const low = isEmpty ? first : Math.min(this.#low, first)
    const end = isEmpty ? first + block : Math.max(this.#low + this.#buckets, first + block)
    const grown = emptyLike(this.#cells, this.#rows * (end - low + 1))
    for (let row = 0; row < this.#rows; row += 1) this.#copyRow(row, grown, row * (end - low + 1), low)
    this.#cells = grown
    this.#low = low
    this.#buckets = end - low
    return bucket - low + 1
  }

  #copyRow(row: number, target: Cells, targetStart: number, low: number): void {
    const start = row * (this.#buckets + 1)
    target[targetStart] = this.#cells[start] ?? 0
    const counts = this.#cells.subarray(start + 1, start + 1 + this.#buckets)
    if (counts.length > 0) target.set(counts, targetStart + 1 + this.#low - low)
  }
}

function emptyLike(cells: Cells, length: number): Cells {
  if (cells instanceof Uint8Array) return new Uint8Array(length)
  if (cells instanceof Uint16Array) return new Uint16Array(length)
  return cells instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length)
}

function widened(cells: Cells, at: number, value: number): Cells {
  const wider = widerThan(cells)
  wider[at] = value
  return wider[at] === value ? wider : widened(wider, at, value)
}

function widerThan(cells: Cells): Cells {
  if (cells instanceof Uint8Array) return new Uint16Array(cells)
  return cells instanceof Uint16Array ? new Uint32Array(cells) : new Float64Array(cells)
}
