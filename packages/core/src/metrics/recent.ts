/** So many of the newest outcomes are kept one by one. */
const exact = 32
/** Older ones are counted in slots, which are longer the older they are. */
const slots = 32
const finestMs = 5_000
const coarser = 4
/** Counts are kept for so long at least. */
const longestMs = 21_600_000

export interface RecentCounts {
  readonly succeeded: number
  readonly failed: number
}

/**
 * Successes and failures of any window up to 6 hours that ends now.
 *
 * Exact as long as the window holds at most 32 outcomes. Beyond that it may reach back too far, by at most 5 seconds
 * or a seventh of the window, whichever is more. Instants are milliseconds that never go back, from 0 on.
 */
export class RecentOutcomes {
  /** A ring that grows to its size. An outcome at `t` is `t + 1`, with a negative sign for failures. */
  #ring = new Float64Array(4)
  #added = 0
  #older: Slots | undefined
  #newestOlder = Number.NEGATIVE_INFINITY

  add(isSuccess: boolean, atMs: number): void {
    const { length } = this.#ring
    if (this.#added === length && length < exact) this.#grow(length * 2)
    const place = this.#added % this.#ring.length
    if (this.#added >= exact) this.#moveOut(this.#ring[place] ?? 0)
    this.#ring[place] = isSuccess ? atMs + 1 : -atMs - 1
    this.#added += 1
  }

  /** Outcomes later than `nowMs − windowMs`. */
  count(windowMs: number, nowMs: number): RecentCounts {
    const from = nowMs - Math.min(windowMs, longestMs)
    const counts = { succeeded: 0, failed: 0 }
    const held = Math.min(this.#added, this.#ring.length)
    for (let place = 0; place < held; place += 1) {
      const marked = this.#ring[place] ?? 0
      if (Math.abs(marked) - 1 <= from) continue
      if (marked < 0) counts.failed += 1
      else counts.succeeded += 1
    }
    if (this.#newestOlder > from) this.#older?.count(from, counts)
    return counts
  }

  #moveOut(marked: number): void {
    const at = Math.abs(marked) - 1
    this.#older ??= new Slots(finestMs)
    this.#older.add(Math.floor(at / finestMs), marked < 0 ? 0 : 1, marked < 0 ? 1 : 0)
    this.#newestOlder = at
  }

  #grow(length: number): void {
    const ring = new Float64Array(length)
    ring.set(this.#ring)
    this.#ring = ring
  }
}

/** Counts by slots of one length. What has to leave for a newer slot goes to slots that are longer. */
class Slots {
  readonly #slotMs: number
  /** Of each place: number of the slot, successes, failures. */
  readonly #cells = new Uint32Array(slots * 3)
  #coarser: Slots | undefined

  constructor(slotMs: number) {
    this.#slotMs = slotMs
  }

  add(slot: number, succeeded: number, failed: number): void {
    const cells = this.#cells
    const place = (slot % slots) * 3
    const held = cells[place] ?? 0
    // Slots that got no neighbours leave late, so what comes may be older than what is there.
    if (slot < held) return this.#passOn(slot, succeeded, failed)
    if (slot > held) {
      this.#passOn(held, cells[place + 1] ?? 0, cells[place + 2] ?? 0)
      cells[place] = slot
      cells[place + 1] = 0
      cells[place + 2] = 0
    }
    cells[place + 1] = (cells[place + 1] ?? 0) + succeeded
    cells[place + 2] = (cells[place + 2] ?? 0) + failed
  }

  /** Adds what is in slots that end later than `from`. */
  count(from: number, counts: { succeeded: number; failed: number }): void {
    const cells = this.#cells
    for (let place = 0; place < cells.length; place += 3) {
      const endsAt = ((cells[place] ?? 0) + 1) * this.#slotMs
      if (endsAt <= from) continue
      counts.succeeded += cells[place + 1] ?? 0
      counts.failed += cells[place + 2] ?? 0
    }
    this.#coarser?.count(from, counts)
  }

  #passOn(slot: number, succeeded: number, failed: number): void {
    // What leaves slots that reach so far back is too old to be asked for.
    if (succeeded + failed === 0 || this.#slotMs * (slots - 1) >= longestMs) return
    this.#coarser ??= new Slots(this.#slotMs * coarser)
    this.#coarser.add(Math.floor(slot / coarser), succeeded, failed)
  }
}
