/** A bucket of level 0 covers 5 seconds. In each further level, a bucket is four times as long. */
const finestMs = 5_000
const coarser = 4
/** Number of buckets of each level. */
const buckets = 32
const cellsPerLevel = buckets * 2
/** The buckets of the fifth level together cover 11 hours, and no window is longer than 6 hours. */
const maxLevels = 5

/**
 * Counts successes and failures by time. Old runs are counted in longer buckets than new runs, to save memory. Except
 * in level 0, a bucket is never longer than a seventh of its age. A level is created when the first run is old enough
 * for it. Times must not decrease from call to call.
 */
export class OlderCounts {
  /** The buckets of all levels, level by level. A bucket has two numbers: its successes and its failures. */
  #cells = new Uint32Array(cellsPerLevel)
  /** The number of the newest bucket in each level. */
  readonly #newest: number[] = [0]

  add(atMs: number, isSuccess: boolean): void {
    this.#addTo(0, Math.floor(atMs / finestMs), isSuccess ? 1 : 0, isSuccess ? 0 : 1)
  }

  /** Adds the numbers in all buckets that end after the time `from` to `counts`. */
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
   * Makes room for `bucket` as the newest bucket of a level. The oldest buckets are added to the next level; the last
   * level deletes them.
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
