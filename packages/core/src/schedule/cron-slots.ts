import type { CronFields } from './cron-fields.ts'
import { firstMatch } from './cron-fields.ts'
import type { SlotSource } from './schedule.ts'
import type { TimeZone, ZoneSpan } from './time-zone.ts'

/** Slots are searched within this time from the start of the search: 50 years, in milliseconds. */
export const searchMs = 50 * 365.25 * 86_400_000

/**
 * A span is the time between two clock changes of a zone. The search for slots begins each span at the local time that
 * this type chooses, and this decides what a clock change does. Expressions without fixed times always use `'follow'`.
 * For others, `cron()` translates its option `dst`: `'debian'` is `'continue'`, `'literal'` is `'follow'`, `'skip'` is
 * `'later'`.
 *
 * - `'follow'`: the local time when the span begins. Times in a gap (which do not exist) have no slot. Times in a fold
 *   (which occur twice) have two slots.
 * - `'continue'`: the local time when the previous span ended. All times in a gap share one slot, when the span begins.
 *   Times in a fold have one slot, the first.
 * - `'later'`: the later of these two local times. Times in a gap have no slot, times in a fold have one.
 */
export type SpanEntry = 'follow' | 'continue' | 'later'

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

  /** Doubles the searched range before `at` until it contains a slot, then bisects it. */
  newest(at: number): number | undefined {
    const end = Math.floor(at) + 1
    for (let backMs = 1_000; backMs < 2 * searchMs; backMs *= 2) {
      const slot = this.#search(end - backMs, end)
      if (slot !== undefined) return this.#newestFrom(slot, end)
    }
    return undefined
  }

  /** Returns the newest slot before `end`. `slot` is any slot before `end`, where the search begins. */
  #newestFrom(slot: number, end: number): number {
    let low = slot
    let high = end // there is no slot from `high` up to `end`
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

  /** Returns the first slot at or after `from` and before `end`, which must both be integers. */
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
