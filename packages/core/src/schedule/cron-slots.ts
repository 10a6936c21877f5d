import type { CronFields } from './cron-fields.ts'
import { firstMatch } from './cron-fields.ts'
import type { SlotSource } from './schedule.ts'
import type { TimeZone, ZoneSpan } from './time-zone.ts'

/** How far ahead a match is looked for, in milliseconds: 50 years. */
export const searchMs = 50 * 365.25 * 86_400_000

/**
 * From where on the local time line a span of the zone is searched. A change of the clocks is nothing but a choice of
 * this place:
 *
 * - `'follow'`: where the clocks stand when the span begins. Times in a gap are left out, times in a fold come twice.
 * - `'continue'`: where they stood when the span before ended. Times in a gap lie before the span's beginning, and are
 *   due at it, all at once; times in a fold are behind that place the second time.
 * - `'later'`: at the later of the two. Times in a gap are left out, times in a fold come once.
 */
export type SpanEntry = 'follow' | 'continue' | 'later'

/** The slots of a cron expression in a zone. */
export class CronSlots implements SlotSource {
  readonly timeline = 'wall'
  readonly #fields: CronFields
  readonly #zone: TimeZone
  readonly #entry: SpanEntry

  constructor(fields: CronFields, zone: TimeZone, entry: SpanEntry) {
    this.#fields = fields
    this.#zone = zone
    this.#entry = entry
    Object.freeze(this)
  }

  first(from: number): number | undefined {
    return this.#search(Math.ceil(from))
  }

  next(after: number): number | undefined {
    return this.#search(Math.floor(after) + 1)
  }

  /** Found by asking for the next slot from ever farther back, then by halving what is left. */
  newest(at: number): number | undefined {
    let low: number | undefined
    let high = at
    for (let backMs = 1_000; backMs <= searchMs && low === undefined; backMs *= 2) {
      const slot = this.first(at - backMs)
      if (slot !== undefined && slot <= at) low = slot
      else high = at - backMs
    }
    if (low === undefined) return undefined
    // No slot lies from `high` on, up to `at`: what is newer than `low` lies between.
    for (;;) {
      const slot = this.next(low)
      if (slot === undefined || slot > at) return low
      low = slot
      const middle = low + Math.floor((high - low) / 2)
      const later = this.first(middle)
      if (later !== undefined && later <= at) low = later
      else high = middle
    }
  }

  /** The first slot from `from` on, a whole number of milliseconds. */
  #search(from: number): number | undefined {
    if (!(Math.abs(from) < 8e15)) return undefined // no calendar reaches there
    let span = this.#zone.spanAt(from)
    const end = from + searchMs
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
