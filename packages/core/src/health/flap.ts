/** How often a status has recently become worse again. */
export interface Flap {
  /** Grows by 1 with each relapse and halves with each half-life. */
  penalty: number
  atAwake: number
  changes: number
  flapping: boolean
}

/** Above this penalty, a status is flapping. One relapse in each half-life stays below 2. */
export const startsAt = 2
const endsAt = 1
/** Limits the penalty, so that flapping ends within two half-lives after the last relapse. */
const cap = 4
const forgottenAt = 1 / 16

/** A relapse is a change to a worse status after a change to a better one. */
export function countRelapse(flap: Flap | undefined, awake: number, halfLifeMs: number): Flap {
  const counted = flap ?? { penalty: 0, atAwake: awake, changes: 0, flapping: false }
  counted.penalty = Math.min(cap, decayed(counted, awake, halfLifeMs) + 1)
  counted.atAwake = awake
  counted.changes += 1
  counted.flapping ||= counted.penalty > startsAt
  return counted
}

/** Returns `undefined` when the penalty is negligible. */
export function settle(flap: Flap, awake: number, halfLifeMs: number): Flap | undefined {
  const penalty = decayed(flap, awake, halfLifeMs)
  if (penalty <= endsAt) flap.flapping = false
  return penalty < forgottenAt ? undefined : flap
}

/** The awake time at which flapping ends if there is no further relapse. */
export function settlesAt(flap: Flap, halfLifeMs: number): number {
  return flap.atAwake + halfLifeMs * Math.log2(flap.penalty / endsAt)
}

export function halfLifeOf(periodMs: number | undefined): number {
  return Math.max(300_000, 5 * (periodMs ?? 0))
}

function decayed({ penalty, atAwake }: Flap, awake: number, halfLifeMs: number): number {
  return penalty * 2 ** (-(awake - atAwake) / halfLifeMs)
}
