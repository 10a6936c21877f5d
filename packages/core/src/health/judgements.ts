import { errorText } from '../base/error-record.ts'
import { cutText } from '../base/text.ts'
import { toError } from '../base/to-error.ts'
import type { RuleAnswer } from './episode.ts'
import type { Finding, Judgement } from './rule.ts'

// Most results are one of these two, so they are created once.
export const FINE: Judgement = Object.freeze({ kind: 'fine' })
export const NO_DATA: Judgement = Object.freeze({ kind: 'no-data' })

/** Fine until the limit is reached in `ms`, unless a run ends before. */
export function fineUntil(ms: number): Judgement {
  // A rule opens only when its limit is exceeded, so it is evaluated again just after that.
  return { kind: 'fine', recheckInMs: Math.max(0, ms) + 1 }
}

/** A finding. @param recheckInMs - after which time it could change without an event */
export function bad(finding: Finding, recheckInMs?: number): Judgement {
  return { kind: 'bad', ...finding, recheckInMs }
}

/** The longest text of an error in a reason, since a reason is a line of a log. */
const longestThrown = 300

/** The result of a rule that threw. */
export function ruleThrew(thrown: unknown): RuleAnswer {
  return { kind: 'failed', reason: `the rule threw ${cutText(errorText(toError(thrown)), longestThrown)}` }
}

/**
 * When to evaluate a rule again if a beat, the start of a loop, or the late end of an abandoned run can clear its
 * finding. Only rules with a finding are evaluated this often.
 */
export const lookAgainMs = 15_000
