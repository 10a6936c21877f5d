/** Slots of the finest level are so long, those of each further one four times as long as the one before. */
const finestMs = 5_000
const coarser = 4
/** So many slots has each level. */
const slots = 32
const cellsPerLevel = slots * 2
/** Five levels: the last one reaches back 11 hours. */
const mostLevels = 5

/**
 * Successes and failures by time, in slots that are longer the older they are: a slot is never longer than a seventh
 * of its age, but for the finest. Levels are made when something is old enough for them. Instants never go back.
 */
export class OlderCounts {
  /** Of each level its slots, a ring of pairs: successes, failures. */
  #cells = new Uint32Array(cellsPerLevel)
  /** The newest slot of each level. */
  readonly #newest: number[] = [0]

  add(atMs: number, isSuccess: boolean): void {
    this.#addTo(0, Math.floor(atMs / finestMs), isSuccess ? 1 : 0, isSuccess ? 0 : 1)
  }

  /** Adds to `counts` all slots that end after `from`. */
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

  /** What has to leave for newer slots goes to the next level, or is too old to be asked for. */
  #advance(level: number, slot: number): void {
    const newest = this.#newest[level] ?? 0
    if (slot <= newest) return
    this.#newest[level] = slot
    const gone = Math.min(slot - newest, slots)
    for (let step = 1; step <= gone; step += 1) {
      const leaving = newest - slots + step
      const cell = cellOf(level, leaving + slots)
      const succeeded = this.#cells[cell] ?? 0
      const failed = this.#cells[cell + 1] ?? 0
      if (succeeded + failed === 0) continue
      this.#cells[cell] = 0
      this.#cells[cell + 1] = 0
      if (level + 1 === mostLevels) continue
      this.#addTo(level + 1, Math.floor(leaving / coarser), succeeded, failed)
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
