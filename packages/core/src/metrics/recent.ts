import { OlderCounts } from './older-counts.ts'

/** For this many of the newest outcomes, the exact time is stored. */
const exact = 32
const longestMs = 21_600_000

export interface RecentCounts {
  readonly succeeded: number
  readonly failed: number
}

/**
 * Returns the start of a window that ends at `nowMs`. A window longer than 6 hours is cut to 6 hours. An outcome
 * exactly at the start is not in the window.
 */
export function windowStart(windowMs: number, nowMs: number): number {
  return nowMs - Math.min(windowMs, longestMs)
}

/**
 * Counts the successes and failures in a window that ends now and is at most 6 hours long.
 *
 * The counts are exact if the window contains at most 32 outcomes. With more outcomes, older outcomes may be counted,
 * too: up to 5 seconds or a seventh of the window before its start, whichever is longer. All times are milliseconds,
 * start at 0, and must not decrease from call to call.
 */
export class RecentOutcomes {
  /** The newest outcomes. A success at time `t` is stored as `t + 1`, a failure as `-t - 1`. */
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
