/** How restless a status is. Plain data; it exists only while there is something to remember. */
export interface Flap {
  /** Grows by 1 with each change and halves each half-life. */
  penalty: number
  /** Loop time of `penalty`. */
  atLoop: number
  /** Changes since the penalty was last forgotten. */
  changes: number
  flapping: boolean
}

const startsAt = 3
const endsAt = 1
/** So that it ends within four half-lives, however restless it was. */
const cap = 16
/** Below this it is as if nothing had been. */
const forgottenAt = 1 / 16

/** Counts one change of status. Changes `flap` in place where there is one. */
export function countChange(flap: Flap | undefined, loop: number, halfLifeMs: number): Flap {
  const counted = flap ?? { penalty: 0, atLoop: loop, changes: 0, flapping: false }
  counted.penalty = Math.min(cap, decayed(counted, loop, halfLifeMs) + 1)
  counted.atLoop = loop
  counted.changes += 1
  counted.flapping ||= counted.penalty >= startsAt
  return counted
}

/**
 * Lets time pass: ends the flapping at a penalty of 1, and forgets it all when hardly anything is left. Changes `flap`
 * in place.
 */
export function settle(flap: Flap, loop: number, halfLifeMs: number): Flap | undefined {
  const penalty = decayed(flap, loop, halfLifeMs)
  if (penalty <= endsAt) flap.flapping = false
  return penalty < forgottenAt ? undefined : flap
}

/** Loop time at which the flapping ends, if no change comes. */
export function settlesAt(flap: Flap, halfLifeMs: number): number {
  return flap.atLoop + halfLifeMs * Math.log2(flap.penalty / endsAt)
}

/** The half-life for a task of that period: a status that changes once a period is not called restless for it. */
export function halfLifeOf(periodMs: number | undefined): number {
  return Math.max(300_000, 5 * (periodMs ?? 0))
}

function decayed({ penalty, atLoop }: Flap, loop: number, halfLifeMs: number): number {
  return penalty * 2 ** (-(loop - atLoop) / halfLifeMs)
}
