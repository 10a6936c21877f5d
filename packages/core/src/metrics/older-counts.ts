/**
 * The length of a bucket in level 0. In each further level, the buckets are four times as long as in the level
 * before.
 */
const finestMs = 5_000
const coarser = 4
const buckets = 32
const cellsPerLevel = buckets * 2
/** Five levels reach back 11 hours. This covers each window, because a window is at most 6 hours long. */
const maxLevels = 5

/**
 * Counts successes and failures by time. The buckets for new runs are 5 seconds long. The buckets for older runs are
 * longer, but at most a seventh of the age of the runs.
 */
export class OlderCounts {
  /**
   * Level after level, and in each level bucket after bucket: the number of successes, then the number of failures.
   */
  #cells = new Uint32Array(cellsPerLevel)
  readonly #newest: number[] = [0]

  add(atMs: number, isSuccess: boolean): void {
    this.#addTo(0, Math.floor(atMs / finestMs), isSuccess ? 1 : 0, isSuccess ? 0 : 1)
  }

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

  /** The oldest buckets move to the next level; the last level deletes them. */
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
