/** Measures how often the status of a task has recently become worse again. Deleted when the penalty is negligible. */
export interface Flap {
  /** Grows by 1 with each relapse and halves with each half-life. */
  penalty: number
  /** The awake time for which `penalty` was computed. */
  atAwake: number
  /** Number of relapses since this object was created. */
  changes: number
  flapping: boolean
}

/**
 * Above this penalty, a status is flapping. With exactly one relapse in each half-life, the penalty approaches this
 * limit.
 */
export const startsAt = 2
const endsAt = 1
/** Limits the penalty, so that flapping ends within two half-lives after the last relapse. */
const cap = 4
const forgottenAt = 1 / 16

/** Counts one relapse: the status got worse after it had got better. Changes `flap` in place, or creates it. */
export function countRelapse(flap: Flap | undefined, awake: number, halfLifeMs: number): Flap {
  const counted = flap ?? { penalty: 0, atAwake: awake, changes: 0, flapping: false }
  counted.penalty = Math.min(cap, decayed(counted, awake, halfLifeMs) + 1)
  counted.atAwake = awake
  counted.changes += 1
  counted.flapping ||= counted.penalty > startsAt
  return counted
}

/**
 * Applies the time that has passed. Flapping ends when the penalty has fallen to 1. Returns `undefined` when the
 * penalty has become negligible. Changes `flap` in place.
 */
export function settle(flap: Flap, awake: number, halfLifeMs: number): Flap | undefined {
  const penalty = decayed(flap, awake, halfLifeMs)
  if (penalty <= endsAt) flap.flapping = false
  return penalty < forgottenAt ? undefined : flap
}

/** Returns the awake time at which the flapping ends if the status does not get worse again. */
export function settlesAt(flap: Flap, halfLifeMs: number): number {
  return flap.atAwake + halfLifeMs * Math.log2(flap.penalty / endsAt)
}

export function halfLifeOf(periodMs: number | undefined): number {
  return Math.max(300_000, 5 * (periodMs ?? 0))
}

function decayed({ penalty, atAwake }: Flap, awake: number, halfLifeMs: number): number {
  return penalty * 2 ** (-(awake - atAwake) / halfLifeMs)
}
