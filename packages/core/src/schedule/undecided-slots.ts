import type { SlotSource } from './schedule.ts'

/** `from` and `to` are part of the range. */
export interface DecidedRange {
  readonly from: number
  readonly to: number
}

/**
 * Leaves out slots that were already handled. After the wall clock was set back, these slots must not be handled
 * again.
 */
export class UndecidedSlots implements SlotSource {
  readonly timeline: 'mono' | 'wall'
  readonly repeats: boolean
  readonly #slots: SlotSource
  readonly #decided: readonly DecidedRange[]

  constructor(slots: SlotSource, decided: readonly DecidedRange[]) {
    this.timeline = slots.timeline
    this.repeats = slots.repeats
    this.#slots = slots
    this.#decided = decided
  }

  first(from: number, anchor: number): number | undefined {
    return this.#forward(this.#slots.first(from, anchor), anchor)
  }

  next(after: number, anchor: number): number | undefined {
    return this.#forward(this.#slots.next(after, anchor), anchor)
  }

  newest(at: number, anchor: number): number | undefined {
    let slot = this.#slots.newest?.(at, anchor)
    for (let range = this.#rangeOf(slot); range; range = this.#rangeOf(slot))
      slot = this.#slots.newest?.(range.from - 1, anchor)
    return slot
  }

  #forward(from: number | undefined, anchor: number): number | undefined {
    let slot = from
    for (let range = this.#rangeOf(slot); range; range = this.#rangeOf(slot))
      slot = this.#slots.next(range.to, anchor)
    return slot
  }

  #rangeOf(slot: number | undefined): DecidedRange | undefined {
    return slot === undefined ? undefined : this.#decided.find(({ from, to }) => slot >= from && slot <= to)
  }
}
