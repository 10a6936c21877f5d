import { InvalidOptionError } from '../base/errors.ts'
import { checkOptions, reading } from '../base/options.ts'
import type { HealthRule, UserRule } from './rule.ts'
import type { RuleOptions } from './rule-options.ts'
import * as makers from './rules/index.ts'
import { lifeOptions, ruleOf } from './rules/user.ts'

const allMakers: ReadonlySet<unknown> = new Set(Object.values(makers))

/** True if the user forgot the call, and passed `rules.stale` instead of `rules.stale()`. */
export function isMaker(value: unknown): boolean {
  return allMakers.has(value)
}

/**
 * Makes a health rule from your own function.
 *
 * The supervisor calls `fn` when a run ends, after other changes of the task, and again after `recheckInMs`. A
 * finding that `fn` returns can contain `recheckInMs`; the default is one minute. For a loop, `explain()` may also
 * call `fn`, with invented facts.
 *
 * @param name - unique among the rules of a task
 * @throws {@link InvalidOptionError} for an invalid name, function or option.
 *
 * @example
 * ```ts
 * rule('backlog', () => (queue.length > 500 ? { status: 'degraded', value: queue.length, limit: 500, reason: 'too many jobs wait' } : undefined), { for: '5m' })
 * ```
 */
export function rule(name: string, fn: UserRule, options: Omit<RuleOptions, 'name'> = {}): HealthRule {
  if (typeof fn !== 'function') throw new InvalidOptionError('rule.fn', 'a function of the facts', fn)
  if (isMaker(fn)) {
    throw new InvalidOptionError(
      'rule.fn',
      'a function of the facts; the makers in `rules` make whole rules and take the name as an option',
      fn,
    )
  }
  return reading('rule', () => {
    checkOptions('rule', options, lifeOptions)
    return ruleOf(name, fn, options)
  })
}
