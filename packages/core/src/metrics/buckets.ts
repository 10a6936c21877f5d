/**
 * Counts of values in buckets that grow by a constant factor, so that the middle of a bucket is within 2 % of all that
 * is in it. Bucket `i` holds what is over γ^(i−1) and at most γ^i.
 */
const accuracy = 0.02
const gamma = (1 + accuracy) / (1 - accuracy)
const perLog = 1 / Math.log(gamma)

/** Below a microsecond all is zero; 30 years and more are one. In milliseconds. */
const leastValue = 0.001
const greatestValue = 1e12

/** Stands for the bucket of what is zero or below, or too little to tell from it. */
export const zeroBucket = Number.NEGATIVE_INFINITY

export function bucketOf(value: number): number {
  if (value < leastValue) return zeroBucket
  return Math.ceil(Math.log(Math.min(value, greatestValue)) * perLog)
}

function middleOf(bucket: number): number {
  return (2 * gamma ** bucket) / (gamma + 1)
}

/** Counters as narrow as they can be. Column 0 is the zero bucket, column `c` the bucket `low + c − 1`. */
export type Cells = Uint16Array | Uint32Array | Float64Array

export const noCells: Cells = new Uint16Array(0)

/** Adds `count` to a cell. @returns `cells`, or wider ones in their place when the cell could not hold it. */
export function bump(cells: Cells, at: number, count: number): Cells {
  const sum = (cells[at] ?? 0) + count
  cells[at] = sum
  if (cells[at] === sum) return cells
  const wider = cells instanceof Uint16Array ? new Uint32Array(cells) : new Float64Array(cells)
  // What did not fit is wrapped; take it from the sum, not from the cell.
  return put(wider, at, sum)
}

function put(cells: Cells, at: number, value: number): Cells {
  cells[at] = value
  if (cells[at] === value) return cells
  return put(new Float64Array(cells), at, value)
}

/** Buckets are made room for by so many at a time. */
const block = 8

/** A range of buckets: the first, and how many. Part of it is always the zero bucket. */
export interface Range {
  readonly low: number
  readonly buckets: number
}

/** `range`, or the one to grow to so that it holds `bucket`. */
export function rangeWith({ low, buckets }: Range, bucket: number): Range {
  const first = Math.floor(bucket / block) * block
  if (buckets === 0) return { low: first, buckets: block }
  const newLow = Math.min(low, first)
  return { low: newLow, buckets: Math.max(low + buckets, first + block) - newLow }
}

/** Moves `rows` rows of cells from one range to a wider one. */
export function regrown(cells: Cells, rows: number, from: Range, to: Range): Cells {
  const width = to.buckets + 1
  const grown = sameKind(cells, rows * width)
  const shift = from.low - to.low
  for (let row = 0; row < rows; row += 1) {
    const start = row * (from.buckets + 1)
    const target = row * width
    grown[target] = cells[start] ?? 0
    if (from.buckets > 0) grown.set(cells.subarray(start + 1, start + 1 + from.buckets), target + 1 + shift)
  }
  return grown
}

function sameKind(cells: Cells, length: number): Cells {
  if (cells instanceof Uint16Array) return new Uint16Array(length)
  return cells instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length)
}

/** What one row of cells says of the values in it. */
export interface Row {
  readonly cells: Cells
  readonly start: number
  readonly range: Range
  readonly count: number
  readonly min: number
  readonly max: number
}

/** The value of which a share of `q` are no greater, within 2 %; exact at 0 and 1. */
export function quantileOf({ cells, start, range, count, min, max }: Row, q: number): number | undefined {
  if (count === 0 || Number.isNaN(q)) return undefined
  if (q <= 0) return min
  const rank = Math.ceil(q * count)
  if (rank >= count) return max
  let seen = cells[start] ?? 0
  let column = 0
  while (seen < rank && column < range.buckets) {
    column += 1
    seen += cells[start + column] ?? 0
  }
  const estimate = column === 0 ? 0 : middleOf(range.low + column - 1)
  return Math.min(max, Math.max(min, estimate))
}
