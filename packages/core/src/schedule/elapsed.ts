import type { SlotSource } from './schedule.ts'

/** The slots that came due, from the pending slot up to now. */
export interface Elapsed {
  readonly count: number
  /** Whether there may be more slots than `count`. */
  readonly atLeast: boolean
  readonly oldest: number
  readonly newest: number
  /** The newest slots, ascending. */
  readonly recent: readonly number[]
  /** The first slot that is not due yet. */
  readonly next: number | undefined
}

/** After a long gap, slots beyond this number are not counted, so that one step does not take too long. */
const maxCounted = 1_000

/**
 * Returns the slots that came due from `pending`, a due slot, up to and including `now`.
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

/** Returns the newest `count` slots up to `now`, ascending; `undefined` if the source can't find slots backwards. */
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
