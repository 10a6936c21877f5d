import { errorText } from '../base/error-record.ts'
import { cutText } from '../base/text.ts'
import { toError } from '../base/to-error.ts'
import type { RuleAnswer } from './episode.ts'
import type { Finding, Judgement } from './rule.ts'

// Nearly every judgement is one of these two, so they are made once.
export const FINE: Judgement = Object.freeze({ kind: 'fine' })
export const NO_DATA: Judgement = Object.freeze({ kind: 'no-data' })

/** Fine until the limit is reached in `ms`, if no run ends before. */
export function fineUntil(ms: number): Judgement {
  // A rule opens only when its limit is exceeded, so judge again just after it.
  return { kind: 'fine', recheckInMs: Math.max(0, ms) + 1 }
}

/** A finding. @param recheckInMs - when the passing of time alone could change it */
export function bad(finding: Finding, recheckInMs?: number): Judgement {
  return { kind: 'bad', ...finding, recheckInMs }
}

/** A reason is a line of a log, and an error may say anything. */
const longestThrown = 300

/** The answer of a rule that threw. */
export function ruleThrew(thrown: unknown): RuleAnswer {
  return { kind: 'failed', reason: `the rule threw ${cutText(errorText(toError(thrown)), longestThrown)}` }
}

/**
 * When to judge again a finding that something other than the end of a run can clear: a beat, the start of a loop, or the
 * late end of an abandoned run. Only unhealthy tasks are judged this often.
 */
export const lookAgainMs = 15_000
