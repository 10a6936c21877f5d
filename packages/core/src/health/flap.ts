/** Measures how often a status becomes worse again after it became better. */
export interface Flap {
  /**
   * Grows by 1 each time the status becomes worse again. Then falls: it halves every five minutes or five periods,
   * whichever is longer.
   */
  penalty: number
  atAwake: number
  changes: number
  flapping: boolean
}

/** Above this penalty, the status is flapping. One relapse per half-life keeps the penalty below 2. */
export const startsAt = 2
const endsAt = 1
/** The penalty never exceeds this value, so it falls to `endsAt` within two half-lives. */
const cap = 4
const forgottenAt = 1 / 16

/** A relapse is a change to a worse status after a change to a better status. */
export function countRelapse(flap: Flap | undefined, awake: number, halfLifeMs: number): Flap {
  const counted = flap ?? { penalty: 0, atAwake: awake, changes: 0, flapping: false }
  counted.penalty = Math.min(cap, decayed(counted, awake, halfLifeMs) + 1)
  counted.atAwake = awake
  counted.changes += 1
  counted.flapping ||= counted.penalty > startsAt
  return counted
}

export function settle(flap: Flap, awake: number, halfLifeMs: number): Flap | undefined {
  const penalty = decayed(flap, awake, halfLifeMs)
  if (penalty <= endsAt) flap.flapping = false
  return penalty < forgottenAt ? undefined : flap
}

export function settlesAt(flap: Flap, halfLifeMs: number): number {
  return flap.atAwake + halfLifeMs * Math.log2(flap.penalty / endsAt)
}

export function halfLifeOf(periodMs: number | undefined): number {
  return Math.max(300_000, 5 * (periodMs ?? 0))
}

function decayed({ penalty, atAwake }: Flap, awake: number, halfLifeMs: number): number {
  return penalty * 2 ** (-(awake - atAwake) / halfLifeMs)
}
