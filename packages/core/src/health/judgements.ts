import { errorText } from '../base/error-record.ts'
import { cutText } from '../base/text.ts'
import { toError } from '../base/to-error.ts'
import type { RuleAnswer } from './episode.ts'
import type { Finding, Judgement } from './rule.ts'

// Most results are one of these two, so each is created only once.
export const FINE: Judgement = Object.freeze({ kind: 'fine' })
export const NO_DATA: Judgement = Object.freeze({ kind: 'no-data' })

/** Returns the result `fine` for a value that will reach its limit in `ms`, unless a run ends before. */
export function fineUntil(ms: number): Judgement {
  // A rule has a finding only when its limit is exceeded, so it is evaluated again just after that time.
  return { kind: 'fine', recheckInMs: Math.max(0, ms) + 1 }
}

/** @param recheckInMs - time after which the finding may change without an event */
export function bad(finding: Finding, recheckInMs?: number): Judgement {
  return { kind: 'bad', ...finding, recheckInMs }
}

/** Maximum length of an error text in a reason, because the log prints a reason in one line. */
const longestThrown = 300

export function ruleThrew(thrown: unknown): RuleAnswer {
  return { kind: 'failed', reason: `the rule threw ${cutText(errorText(toError(thrown)), longestThrown)}` }
}

/**
 * Time until a rule with a finding is evaluated again. It is short because the finding may end without the end of a
 * run: with a beat, the start of a loop, or the late end of an abandoned run.
 */
export const lookAgainMs = 15_000
