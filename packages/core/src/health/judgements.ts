import { errorText } from '../base/error-record.ts'
import { cutText } from '../base/text.ts'
import { toError } from '../base/to-error.ts'
import type { RuleAnswer } from './episode.ts'
import type { TaskFacts } from './facts.ts'
import type { Finding, Judgement } from './rule.ts'

export const FINE: Judgement = Object.freeze({ kind: 'fine' })
export const NO_DATA: Judgement = Object.freeze({ kind: 'no-data' })

export function fineUntil(ms: number): Judgement {
  // At exactly the limit there is no problem yet, so 1 ms is added.
  return { kind: 'fine', recheckInMs: Math.max(0, ms) + 1 }
}

export function bad(finding: Finding, recheckInMs?: number): Judgement {
  return { kind: 'bad', ...finding, recheckInMs }
}

/** The log prints the reason in one line, so a long error text is cut. */
const longestThrown = 300

export function ruleThrew(thrown: unknown): RuleAnswer {
  return { kind: 'failed', reason: `the rule threw ${cutText(errorText(toError(thrown)), longestThrown)}` }
}

/** Time until a rule such as `hung`, which measures an age, is evaluated again while it has a finding. */
export const lookAgainMs = 15_000

/** For rules whose finding ends at half of the limit: the reason must explain a value below the limit. */
export function limitWithEnd(value: number, limit: number, show: (limit: number) => string): string {
  return value < limit ? `limit ${show(limit)}, ends at ${show(limit / 2)}` : `limit ${show(limit)}`
}

/** For a rule that counts only runs of this process. Empty if the task belongs to no fleet. */
export function inThisProcess({ task }: Pick<TaskFacts, 'task'>): string {
  return task.fleet === undefined ? '' : ' in this process'
}

/** For a rule that counts the successes of all processes of a fleet. */
export function inAnyProcess({ task }: Pick<TaskFacts, 'task'>): string {
  return task.fleet === undefined ? '' : ' in any process'
}
