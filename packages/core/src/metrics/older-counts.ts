/** Length of a slot in the finest level. In each further level slots are four times as long. */
const finestMs = 5_000
const coarser = 4
/** Number of slots of each level. */
const slots = 32
const cellsPerLevel = slots * 2
/** The last of five levels reaches back 11 hours. */
const maxLevels = 5

/**
 * Counts successes and failures by time, in slots that get longer with age. Except in the finest level a slot is never
 * longer than a seventh of its age. A level is made when the first run is old enough for it. Times must not decrease.
 */
export class OlderCounts {
  /** The slots of all levels: for each level a ring of pairs of successes and failures. */
  #cells = new Uint32Array(cellsPerLevel)
  /** The newest slot of each level. */
  readonly #newest: number[] = [0]

  add(atMs: number, isSuccess: boolean): void {
    this.#addTo(0, Math.floor(atMs / finestMs), isSuccess ? 1 : 0, isSuccess ? 0 : 1)
  }

  /** Adds all slots that end after `from` to `counts`. */
  count(from: number, counts: { succeeded: number; failed: number }): void {
    this.#newest.forEach((newest, level) => {
      const slotMs = finestMs * coarser ** level
      const oldest = Math.max(0, newest - slots + 1, Math.floor(from / slotMs))
      for (let slot = oldest; slot <= newest; slot += 1) {
        const cell = cellOf(level, slot)
        counts.succeeded += this.#cells[cell] ?? 0
        counts.failed += this.#cells[cell + 1] ?? 0
      }
    })
  }

  #addTo(level: number, slot: number, succeeded: number, failed: number): void {
    if (level === this.#newest.length) this.#addLevel(slot)
    this.#advance(level, slot)
    const cell = cellOf(level, slot)
    this.#cells[cell] = (this.#cells[cell] ?? 0) + succeeded
    this.#cells[cell + 1] = (this.#cells[cell + 1] ?? 0) + failed
  }

  /**
   * Moves the oldest slots to the next level to make room for newer ones. The last level drops them: no window is that
   * long.
   */
  #advance(level: number, slot: number): void {
    const newest = this.#newest[level] ?? 0
    if (slot <= newest) return
    this.#newest[level] = slot
    const gone = Math.min(slot - newest, slots)
    for (let step = 1; step <= gone; step += 1) {
      const oldest = newest - slots + step
      const cell = cellOf(level, oldest + slots)
      const succeeded = this.#cells[cell] ?? 0
      const failed = this.#cells[cell + 1] ?? 0
      if (succeeded + failed === 0) continue
      this.#cells[cell] = 0
      this.#cells[cell + 1] = 0
      if (level + 1 === maxLevels) continue
      this.#addTo(level + 1, Math.floor(oldest / coarser), succeeded, failed)
    }
  }

  #addLevel(slot: number): void {
    const grown = new Uint32Array(this.#cells.length + cellsPerLevel)
    grown.set(this.#cells)
    this.#cells = grown
    this.#newest.push(slot)
  }
}

function cellOf(level: number, slot: number): number {
  return level * cellsPerLevel + (slot % slots) * 2
}
