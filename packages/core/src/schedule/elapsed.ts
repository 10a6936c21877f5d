import type { SlotSource } from './schedule.ts'

/** Slots that came due, from the pending slot up to now. */
export interface Elapsed {
  readonly count: number
  /** True if the real number of slots may be higher than `count`. */
  readonly atLeast: boolean
  readonly oldest: number
  readonly newest: number
  /** The newest slots, in ascending order. */
  readonly recent: readonly number[]
  readonly next: number | undefined
}

/** `elapsed` stops counting here, so that it is fast even after a long gap. */
const maxCounted = 1_000

/**
 * Returns the slots from `pending` up to `now`, both included.
 *
 * @param keep - the highest number of slots in `recent`
 * @internal
 */
export function elapsed(source: SlotSource, anchor: number, pending: number, now: number, keep = 1): Elapsed {
  const walked = [pending]
  let newest = pending
  for (let count = 1; count <= maxCounted; count += 1) {
    const next = source.next(newest, anchor)
    if (next === undefined || next > now) {
      return { count, atLeast: false, oldest: pending, newest, recent: walked.slice(-keep), next }
    }
    walked.push(next)
    newest = next
  }
  return beyondCount(source, anchor, pending, now, walked.slice(-keep))
}

function beyondCount(
  source: SlotSource,
  anchor: number,
  oldest: number,
  now: number,
  walked: readonly number[],
): Elapsed {
  const recent = newestSlots(source, anchor, now, walked.length) ?? walked
  const newest = recent.at(-1) ?? oldest
  const next = source.next(Math.max(newest, now), anchor)
  return { count: maxCounted, atLeast: true, oldest, newest, recent, next }
}

function newestSlots(source: SlotSource, anchor: number, now: number, count: number): number[] | undefined {
  const found: number[] = []
  let at = now
  while (found.length < count) {
    const slot = source.newest?.(at, anchor)
    if (slot === undefined) break
    found.push(slot)
    at = slot - 0.5 // slots are at least 1 ms apart
  }
  return found.length > 0 ? found.reverse() : undefined
}
