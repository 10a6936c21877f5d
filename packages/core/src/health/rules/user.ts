import { msOf } from '../../base/duration.ts'
import { InvalidOptionError } from '../../base/errors.ts'
import type { TaskFacts } from '../facts.ts'
import { bad } from '../judgements.ts'
import type { HealthRule, Judgement, UserRule } from '../rule.ts'
import { commonOf, type RuleOptions, ruleOptions } from '../rule-options.ts'

/** The shortest `recheckInMs`: 0 would keep the process busy. */
const minRecheckMs = 100
const defaultRecheckMs = 60_000
const fine: Judgement = Object.freeze({ kind: 'fine', recheckInMs: defaultRecheckMs })
export const lifeOptions = ruleOptions({})

/** A function without a valid name gets the name `rule-1`, `rule-2`, … from its position in the list. */
export function userRule(fn: UserRule, index: number): HealthRule {
  const name = /^[a-z0-9][a-z0-9._-]{0,39}$/i.test(fn.name) ? fn.name : `rule-${index + 1}`
  return ruleOf(name, fn, {})
}

export function ruleOf(name: string, fn: UserRule, options: Omit<RuleOptions, 'name'>): HealthRule {
  return Object.freeze({
    ...commonOf('rule', { ...options, name }, lifeOptions),
    describe: () => `calls the function ${name}`,
    judge(facts: TaskFacts): Judgement {
      const found: unknown = fn(facts)
      if (found === undefined || found === null) return fine
      return toJudgement(name, found)
    },
  })
}

function toJudgement(name: string, found: unknown): Judgement {
  const wrong = (what: string, value: unknown): Error =>
    new InvalidOptionError(`the return value of ${name}`, what, value)
  if (typeof found !== 'object' || found === null) throw wrong('a finding or undefined', found)
  if ('then' in found) throw wrong('a finding or undefined, not a promise', found)
  const lengthOf = (key: string, length: unknown): number => {
    const ms = msOf(length)
    if (ms >= 0) return ms
    throw wrong(`a finding with milliseconds from 0 or a duration such as '5m' as ${key}`, found)
  }
  const {
    status,
    value = 0,
    limit = 0,
    reason = name,
    forMs,
    recheckInMs = defaultRecheckMs,
    runId,
  } = found as Record<string, unknown>
  if (status !== 'degraded' && status !== 'unhealthy')
    throw wrong("a finding with status 'degraded' or 'unhealthy'", found)
  if (!isNumber(value) || !isNumber(limit)) throw wrong('a finding with a number as value and limit', found)
  if (runId !== undefined && typeof runId !== 'string')
    throw wrong('a finding with the `runId` of a run, such as `facts.oldest.runId`, as runId', found)
  const lastedMs = forMs === undefined ? undefined : lengthOf('forMs', forMs)
  const againMs = Math.max(minRecheckMs, lengthOf('recheckInMs', recheckInMs))
  return bad({ status, value, limit, reason: String(reason), forMs: lastedMs, runId }, againMs)
}

/** `NaN` is refused: it is the result of a wrong calculation, and JSON would write it as `null`. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value)
}
