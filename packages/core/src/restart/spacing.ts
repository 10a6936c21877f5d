/** Restarts due together are no closer than this, unless there are so many that they would be spread too far. */
const widestGapMs = 100
const spreadMs = 5_000

/**
 * Finds a place for one more restart, so that restarts due together do not fall together, and keeps it.
 *
 * @param places - due times of restarts, ascending; changed in place. Those before `now` are forgotten.
 * @returns The first instant at `predicateSaid` or later that is a gap away from the others.
 */
export function spaceRestart(places: number[], predicateSaid: number, now: number): number {
  places.splice(0, firstFrom(places, now))
  const gap = Math.min(widestGapMs, spreadMs / (places.length + 1))
  let found = predicateSaid
  let index = firstFrom(places, predicateSaid - gap)
  for (let next = places[index]; next !== undefined && next < found + gap; next = places[index]) {
    found = Math.max(found, next + gap)
    index += 1
  }
  places.splice(index, 0, found)
  return found
}

/** Index of the first place that is not before `time`. */
function firstFrom(places: readonly number[], time: number): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((places[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}
