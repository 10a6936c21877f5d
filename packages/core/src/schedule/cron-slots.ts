import type { CronFields } from './cron-fields.ts'
import { firstMatch } from './cron-fields.ts'
import type { SlotSource } from './schedule.ts'
import type { TimeZone, ZoneSpan } from './time-zone.ts'

/** How far ahead to search for a match, in milliseconds: 50 years. */
export const searchMs = 50 * 365.25 * 86_400_000

/**
 * The local time at which the search of a span of constant offset starts. This choice alone decides how a clock change is
 * handled:
 *
 * - `'follow'`: the local time at the start of the span. Times in a gap are left out, times in a fold come twice.
 * - `'continue'`: the local time at the end of the previous span. Times in a gap lie before the start of the span and are due
 *   at it, all at once; times in a fold are already past the second time.
 * - `'later'`: the later of the two. Times in a gap are left out, times in a fold come once.
 */
export type SpanEntry = 'follow' | 'continue' | 'later'

/** The slots of a cron expression in a zone. */
export class CronSlots implements SlotSource {
  readonly timeline = 'wall'
  readonly #fields: CronFields
  readonly #zone: TimeZone
  readonly #record: SpanEntry

  constructor(fields: CronFields, zone: TimeZone, record: SpanEntry) {
    this.#fields = fields
    this.#zone = zone
    this.#record = record
    Object.freeze(this)
  }

  first(from: number): number | undefined {
    const start = Math.ceil(from)
    return this.#search(start, start + searchMs)
  }

  next(after: number): number | undefined {
    return this.first(Math.floor(after) + 1)
  }

  /** Searches from ever farther back, then halves the interval. */
  newest(at: number): number | undefined {
    const end = Math.floor(at) + 1
    for (let backMs = 1_000; backMs < 2 * searchMs; backMs *= 2) {
      const slot = this.#search(end - backMs, end)
      if (slot !== undefined) return this.#newestFrom(slot, end)
    }
    return undefined
  }

  /** The newest slot before `end`, starting from the known slot `slot`. */
  #newestFrom(slot: number, end: number): number {
    let low = slot
    let high = end // from here on there is none
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

  /** The first slot from `from` on and before `end`, both whole numbers of milliseconds. */
  #search(from: number, end: number): number | undefined {
    if (!(Math.abs(from) < 8e15)) return undefined // no calendar reaches there
    let span = this.#zone.spanAt(from)
    const record = this.#entryOf(span)
    let local = from <= span.from ? record : Math.max(record, from + span.offsetMs)
    while (span.from < end) {
      const match = firstMatch(this.#fields, local, Math.min(span.to, end) + span.offsetMs)
      if (match !== undefined) return Math.max(span.from, match - span.offsetMs)
      span = this.#zone.spanAt(span.to)
      local = this.#entryOf(span)
    }
    return undefined
  }

  #entryOf({ from, offsetMs, previousMs }: ZoneSpan): number {
    if (this.#record === 'follow') return from + offsetMs
    return from + (this.#record === 'continue' ? previousMs : Math.max(previousMs, offsetMs))
  }
}
