import { InvalidOptionError } from '../base/errors.ts'
import { checkOptions, reading } from '../base/options.ts'
import type { HealthRule, UserRule } from './rule.ts'
import type { RuleOptions } from './rule-options.ts'
import * as makers from './rules/index.ts'
import { lifeOptions, ruleOf } from './rules/user.ts'

const allMakers: ReadonlySet<unknown> = new Set(Object.values(makers))

/**
 * Whether `value` is a function such as `rules.stale`, passed instead of its result. As a rule, this function would
 * throw at each evaluation.
 */
export function isMaker(value: unknown): boolean {
  return allMakers.has(value)
}

/**
 * Makes a health rule from your own function, with the options that every rule has. A function that is put into
 * `health` without `rule()` has none of these options: its episodes open and close immediately, and it never requests a
 * restart.
 *
 * The supervisor calls `fn` at the end of each run, and again after the `recheckInMs` that `fn` returned. Without
 * `recheckInMs`, it calls `fn` again after a minute.
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
