import type { Finding, Judgement } from './rule.ts'

// Nearly every judgement is one of these two, so they are made once.
export const FINE: Judgement = Object.freeze({ kind: 'fine' })
export const NO_DATA: Judgement = Object.freeze({ kind: 'no-data' })

/** Nothing wrong; in `ms` the limit is reached, if nothing happens. */
export function fineUntil(ms: number): Judgement {
  // A limit may be reached, only not passed: so look again just after it.
  return { kind: 'fine', recheckInMs: Math.max(0, ms) + 1 }
}

/** Something is wrong. @param recheckInMs - when time alone could change that */
export function bad(finding: Finding, recheckInMs?: number): Judgement {
  return { kind: 'bad', ...finding, recheckInMs }
}

/**
 * When to look again at what something other than the end of a run may end: a beat, the start of a loop, the late end
 * of an abandoned run. Only tasks that are unwell pay for it.
 */
export const lookAgainMs = 15_000
