/** The usual gap between restarts. The gap is halved if the restarts do not fit into `spreadMs`. */
const widestGapMs = 100
/** The longest time by which a restart is delayed. */
const spreadMs = 5_000

/**
 * Reserves a time for a restart, so that many loops do not restart at the same moment.
 *
 * @param restartTimes - reserved times, ascending; changed by this function
 * @returns The first time from `dueAt` on with a gap to all other restarts. The gap is 100 ms. It is shorter if a gap
 * of 100 ms would delay the restart by more than 5 s.
 */
export function spaceRestart(restartTimes: number[], dueAt: number, now: number): number {
  restartTimes.splice(0, firstFrom(restartTimes, now))
  const latest = dueAt + spreadMs
  const near = firstFrom(restartTimes, latest) - firstFrom(restartTimes, dueAt - widestGapMs)
  let gap = widestGapMs
  // With this gap, the restarts near `dueAt` would not fit into `spreadMs`.
  while (near >= spreadMs / gap) gap /= 2
  let index = indexOfGap(restartTimes, dueAt, gap)
  let found = timeAt(restartTimes, index, dueAt, gap)
  while (found > latest) {
    gap /= 2
    index = indexOfGap(restartTimes, dueAt, gap)
    found = timeAt(restartTimes, index, dueAt, gap)
  }
  restartTimes.splice(index, 0, found)
  return found
}

function indexOfGap(restartTimes: readonly number[], dueAt: number, gap: number): number {
  let found = dueAt
  let index = firstFrom(restartTimes, dueAt - gap)
  for (let next = restartTimes[index]; next !== undefined && next < found + gap; next = restartTimes[index]) {
    found = Math.max(found, next + gap)
    index += 1
  }
  return index
}

function timeAt(times: readonly number[], index: number, dueAt: number, gap: number): number {
  return Math.max(dueAt, (times[index - 1] ?? Number.NEGATIVE_INFINITY) + gap)
}

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
