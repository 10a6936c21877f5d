/** How often a status changed lately. Plain data; it exists only while the penalty is not negligible. */
export interface Flap {
  /** Grows by 1 with each change and halves each half-life. */
  penalty: number
  /** Awake time of `penalty`. */
  atAwake: number
  /** Changes since the penalty was last negligible. */
  changes: number
  flapping: boolean
}

const startsAt = 3
const endsAt = 1
/** Bounds the penalty, so that flapping ends within four half-lives. */
const cap = 16
/** A lower penalty is negligible. */
const forgottenAt = 1 / 16

/** Counts one change of status. Changes `flap` in place where there is one. */
export function countChange(flap: Flap | undefined, awake: number, halfLifeMs: number): Flap {
  const counted = flap ?? { penalty: 0, atAwake: awake, changes: 0, flapping: false }
  counted.penalty = Math.min(cap, decayed(counted, awake, halfLifeMs) + 1)
  counted.atAwake = awake
  counted.changes += 1
  counted.flapping ||= counted.penalty >= startsAt
  return counted
}

/**
 * Applies the decay of the penalty: ends the flapping at 1, and returns `undefined` once it is negligible. Changes `flap`
 * in place.
 */
export function settle(flap: Flap, awake: number, halfLifeMs: number): Flap | undefined {
  const penalty = decayed(flap, awake, halfLifeMs)
  if (penalty <= endsAt) flap.flapping = false
  return penalty < forgottenAt ? undefined : flap
}

/** Awake time at which the flapping ends if the status does not change again. */
export function settlesAt(flap: Flap, halfLifeMs: number): number {
  return flap.atAwake + halfLifeMs * Math.log2(flap.penalty / endsAt)
}

/** The half-life for a task with this period, long enough that a change per period is not flapping. */
export function halfLifeOf(periodMs: number | undefined): number {
  return Math.max(300_000, 5 * (periodMs ?? 0))
}

function decayed({ penalty, atAwake }: Flap, awake: number, halfLifeMs: number): number {
  return penalty * 2 ** (-(awake - atAwake) / halfLifeMs)
}
