import type { CronFields } from './cron-fields.ts'
import { firstMatch } from './cron-fields.ts'
import type { SlotSource } from './schedule.ts'
import type { TimeZone, ZoneSpan } from './time-zone.ts'

/** No clock change has ever been longer. */
const longestShiftMs = 86_400_000

export const searchMs = 50 * 365.25 * 86_400_000

/**
 * Where the search for slots continues after a clock change:
 *
 * - `'follow'`: at the local time after the change. Skipped times have no slot, repeated times have two.
 * - `'continue'`: at the local time before the change. All skipped times share one slot, repeated times have one.
 * - `'later'`: at the later of these two local times. Skipped times have no slot, repeated times have one.
 * - `'omit'`: like `'later'`, but repeated times have no slot either.
 */
export type SpanEntry = 'follow' | 'continue' | 'later' | 'omit'

export class CronSlots implements SlotSource {
  readonly timeline = 'wall'
  readonly repeats: boolean
  readonly #fields: CronFields
  readonly #zone: TimeZone
  readonly #entry: SpanEntry

  /** @param repeats - whether times that come twice when the clock is set back have two slots */
  constructor(fields: CronFields, zone: TimeZone, entry: SpanEntry, repeats: boolean) {
    this.repeats = repeats
    this.#fields = fields
    this.#zone = zone
    this.#entry = entry
    Object.freeze(this)
  }

  /**
   * The slots at which a host runs a job for certain. Libraries disagree about the times that a clock change skips or
   * repeats, so these times have no slot. A job of every hour runs in these hours, too.
   */
  ofHost(): CronSlots {
    const isHourly = this.#fields.hours.every((next, hour) => next === hour)
    return isHourly ? this : new CronSlots(this.#fields, this.#zone, 'omit', this.repeats)
  }

  first(from: number): number | undefined {
    const start = Math.ceil(from)
    return this.#search(start, start + searchMs)
  }

  next(after: number): number | undefined {
    return this.first(Math.floor(after) + 1)
  }

  newest(at: number): number | undefined {
    const end = Math.floor(at) + 1
    for (let backMs = 1_000; backMs < 2 * searchMs; backMs *= 2) {
      const slot = this.#search(end - backMs, end)
      if (slot !== undefined) return this.#newestFrom(slot, end)
    }
    return undefined
  }

  #newestFrom(slot: number, end: number): number {
    let low = slot
    let high = end // no slot is between `high` and `end`
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

  /** `from` and `end` must be integers; `end` is not included. */
  #search(from: number, end: number): number | undefined {
    if (!(Math.abs(from) < 8e15)) return undefined // outside the range of Date
    let span = this.#zone.spanAt(from)
    const entry = this.#entryOf(span)
    let local = from <= span.from ? entry : Math.max(entry, from + span.offsetMs)
    while (span.from < end) {
      const match = firstMatch(this.#fields, local, Math.min(span.to, end) + span.offsetMs)
      if (match !== undefined && !this.#isOmitted(match, span))
        return Math.max(span.from, match - span.offsetMs)
      span = this.#zone.spanAt(span.to)
      local = this.#entryOf(span)
    }
    return undefined
  }

  /** Is the local time repeated after the span, and so left out? All later times of the span are left out, too. */
  #isOmitted(local: number, { to, offsetMs }: ZoneSpan): boolean {
    if (this.#entry !== 'omit' || local - offsetMs < to - longestShiftMs) return false
    return local >= to + this.#zone.spanAt(to).offsetMs
  }

  #entryOf({ from, offsetMs, previousMs }: ZoneSpan): number {
    if (this.#entry === 'follow') return from + offsetMs
    return from + (this.#entry === 'continue' ? previousMs : Math.max(previousMs, offsetMs))
  }
}
