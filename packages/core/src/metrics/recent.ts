import { OlderCounts } from './older-counts.ts'

/** Number of the newest outcomes that are kept individually. */
const exact = 32
const longestMs = 21_600_000

export interface RecentCounts {
  readonly succeeded: number
  readonly failed: number
}

/** The start of a window of at most 6 hours that ends at `nowMs`. Only outcomes after the start are in the window. */
export function windowStart(windowMs: number, nowMs: number): number {
  return nowMs - Math.min(windowMs, longestMs)
}

/**
 * Counts the successes and failures of any window up to 6 hours that ends now.
 *
 * It is exact while the window contains at most 32 outcomes. With more outcomes, the window may be too long by at most
 * 5 seconds or a seventh of its length, whichever is more. Times are milliseconds from 0 that never decrease.
 */
export class RecentOutcomes {
  /** A ring of the newest outcomes. A success at `t` is stored as `t + 1`, a failure as `-t - 1`. */
  readonly #ring: number[] = []
  #oldest = 0
  #older: OlderCounts | undefined
  #newestOlder = Number.NEGATIVE_INFINITY

  add(isSuccess: boolean, atMs: number): void {
    const marked = isSuccess ? atMs + 1 : -atMs - 1
    if (this.#ring.length < exact) {
      this.#ring.push(marked)
      return
    }
    this.#moveOut(this.#ring[this.#oldest] ?? 0)
    this.#ring[this.#oldest] = marked
    this.#oldest = (this.#oldest + 1) % exact
  }

  /** Counts the outcomes after `nowMs − windowMs`. */
  count(windowMs: number, nowMs: number): RecentCounts {
    const from = windowStart(windowMs, nowMs)
    const counts = { succeeded: 0, failed: 0 }
    for (const marked of this.#ring) {
      if (Math.abs(marked) - 1 <= from) continue
      if (marked < 0) counts.failed += 1
      else counts.succeeded += 1
    }
    if (this.#newestOlder > from) this.#older?.count(from, counts)
    return counts
  }

  #moveOut(marked: number): void {
    this.#newestOlder = Math.abs(marked) - 1
    this.#older ??= new OlderCounts()
    this.#older.add(this.#newestOlder, marked > 0)
  }
}
