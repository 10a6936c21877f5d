import type { CronFields } from './cron-fields.ts'
import { firstMatch } from './cron-fields.ts'
import type { SlotSource } from './schedule.ts'
import type { TimeZone, ZoneSpan } from './time-zone.ts'

/** How far ahead a match is searched, in milliseconds: 50 years. */
export const searchMs = 50 * 365.25 * 86_400_000

/**
 * The local time at which the search begins in each span of the zone (the time between two clock changes). It decides
 * what a clock change does. `cron()` chooses it by `dst`: `'debian'` is `'continue'`, `'literal'` is `'follow'`,
 * `'skip'` is `'later'`.
 *
 * - `'follow'`: the local time when the span begins. Times in a gap (which do not exist) have no slot, times in a fold
 *   (which occur twice) have two.
 * - `'continue'`: the local time when the previous span ended. All times in a gap are due when the span begins. Times
 *   in a fold have one slot, the first.
 * - `'later'`: the later of the two. Times in a gap have no slot, times in a fold have one.
 */
export type SpanEntry = 'follow' | 'continue' | 'later'

/** The slots of a cron expression in a zone. */
export class CronSlots implements SlotSource {
  readonly timeline = 'wall'
  readonly repeats: boolean
  readonly #fields: CronFields
  readonly #zone: TimeZone
  readonly #entry: SpanEntry

  constructor(fields: CronFields, zone: TimeZone, entry: SpanEntry, repeats: boolean) {
    this.repeats = repeats
    this.#fields = fields
    this.#zone = zone
    this.#entry = entry
    Object.freeze(this)
  }

  first(from: number): number | undefined {
    const start = Math.ceil(from)
    return this.#search(start, start + searchMs)
  }

  next(after: number): number | undefined {
    return this.first(Math.floor(after) + 1)
  }

  /** Doubles the search range until it contains a slot, then bisects. */
  newest(at: number): number | undefined {
    const end = Math.floor(at) + 1
    for (let backMs = 1_000; backMs < 2 * searchMs; backMs *= 2) {
      const slot = this.#search(end - backMs, end)
      if (slot !== undefined) return this.#newestFrom(slot, end)
    }
    return undefined
  }

  /** Returns the newest slot before `end`. `slot` is any slot before `end`. */
  #newestFrom(slot: number, end: number): number {
    let low = slot
    let high = end // no slot at or after this
    for (;;) {
      const next = this.#search(low + 1, high)
      if (next === undefined) return low
      low = next
      const middle = low + Math.floor((high - low) / 2)
      const later = this.#search(middle, high)
      if (later === undefined) high = middle
      else low = later
    }
  }

  /** Returns the first slot from `from` on and before `end`, both integers. */
  #search(from: number, end: number): number | undefined {
    if (!(Math.abs(from) < 8e15)) return undefined // outside the range of Date
    let span = this.#zone.spanAt(from)
    const entry = this.#entryOf(span)
    let local = from <= span.from ? entry : Math.max(entry, from + span.offsetMs)
    while (span.from < end) {
      const match = firstMatch(this.#fields, local, Math.min(span.to, end) + span.offsetMs)
      if (match !== undefined) return Math.max(span.from, match - span.offsetMs)
      span = this.#zone.spanAt(span.to)
      local = this.#entryOf(span)
    }
    return undefined
  }

  #entryOf({ from, offsetMs, previousMs }: ZoneSpan): number {
    if (this.#entry === 'follow') return from + offsetMs
    return from + (this.#entry === 'continue' ? previousMs : Math.max(previousMs, offsetMs))
  }
}
