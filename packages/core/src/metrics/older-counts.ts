/** Length of a bucket in the finest level. In each further level, buckets are four times as long. */
const finestMs = 5_000
const coarser = 4
/** Number of buckets of each level. */
const buckets = 32
const cellsPerLevel = buckets * 2
/** The last of five levels reaches back 11 hours. */
const maxLevels = 5

/**
 * Counts successes and failures by time, in buckets that get longer with age. Except in the finest level, a bucket is
 * never longer than a seventh of its age. A level is made when the first run is old enough for it. Times must not
 * decrease.
 */
export class OlderCounts {
  /** The buckets of all levels: for each level a ring of pairs of successes and failures. */
  #cells = new Uint32Array(cellsPerLevel)
  /** The newest bucket of each level. */
  readonly #newest: number[] = [0]

  add(atMs: number, isSuccess: boolean): void {
    this.#addTo(0, Math.floor(atMs / finestMs), isSuccess ? 1 : 0, isSuccess ? 0 : 1)
  }

  /** Adds all buckets that end after `from` to `counts`. */
  count(from: number, counts: { succeeded: number; failed: number }): void {
    this.#newest.forEach((newest, level) => {
      const bucketMs = finestMs * coarser ** level
      const oldest = Math.max(0, newest - buckets + 1, Math.floor(from / bucketMs))
      for (let bucket = oldest; bucket <= newest; bucket += 1) {
        const cell = cellOf(level, bucket)
        counts.succeeded += this.#cells[cell] ?? 0
        counts.failed += this.#cells[cell + 1] ?? 0
      }
    })
  }

  #addTo(level: number, bucket: number, succeeded: number, failed: number): void {
    if (level === this.#newest.length) this.#addLevel(bucket)
    this.#advance(level, bucket)
    const cell = cellOf(level, bucket)
    this.#cells[cell] = (this.#cells[cell] ?? 0) + succeeded
    this.#cells[cell + 1] = (this.#cells[cell + 1] ?? 0) + failed
  }

  /**
   * Moves the oldest buckets to the next level to make room for newer ones. The last level drops them: no window is
   * that long.
   */
  #advance(level: number, bucket: number): void {
    const newest = this.#newest[level] ?? 0
    if (bucket <= newest) return
    this.#newest[level] = bucket
    const gone = Math.min(bucket - newest, buckets)
    for (let step = 1; step <= gone; step += 1) {
      const oldest = newest - buckets + step
      const cell = cellOf(level, oldest + buckets)
      const succeeded = this.#cells[cell] ?? 0
      const failed = this.#cells[cell + 1] ?? 0
      if (succeeded + failed === 0) continue
      this.#cells[cell] = 0
      this.#cells[cell + 1] = 0
      if (level + 1 === maxLevels) continue
      this.#addTo(level + 1, Math.floor(oldest / coarser), succeeded, failed)
    }
  }

  #addLevel(bucket: number): void {
    const grown = new Uint32Array(this.#cells.length + cellsPerLevel)
    grown.set(this.#cells)
    this.#cells = grown
    this.#newest.push(bucket)
  }
}

function cellOf(level: number, bucket: number): number {
  return level * cellsPerLevel + (bucket % buckets) * 2
}
