/** Restarts due together are at least this far apart, unless that would spread them over more than `spreadMs`. */
const widestGapMs = 100
const spreadMs = 5_000

/**
 * Finds a time for one more restart, so that many loops do not restart at the same moment, and reserves it.
 *
 * @param restartTimes - due times of restarts, ascending; changed in place. Times before `now` are removed.
 * @returns The first instant, `dueAt` or later, that keeps a gap to all others.
 */
export function spaceRestart(restartTimes: number[], dueAt: number, now: number): number {
  restartTimes.splice(0, firstFrom(restartTimes, now))
  const gap = Math.min(widestGapMs, spreadMs / (restartTimes.length + 1))
  let found = dueAt
  let index = firstFrom(restartTimes, dueAt - gap)
  for (let next = restartTimes[index]; next !== undefined && next < found + gap; next = restartTimes[index]) {
    found = Math.max(found, next + gap)
    index += 1
  }
  restartTimes.splice(index, 0, found)
  return found
}

/** The index of the first time that is not before `time`. */
function firstFrom(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}
