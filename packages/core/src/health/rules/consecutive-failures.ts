import type { TaskFacts } from '../facts.ts'
import { bad, FINE } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import { commonOf, countOrNever, inOrder, type RuleOptions, ruleOptions } from '../rule-options.ts'

/** Options of `rules.consecutiveFailures`. */
export interface ConsecutiveFailuresOptions extends RuleOptions {
  /** Failures in a row. @defaultValue `2` */
  readonly degraded?: number | undefined
  /** Failures in a row. @defaultValue `3` */
  readonly unhealthy?: number | undefined
}

const consecutiveFailuresOptions = ruleOptions({ degraded: countOrNever, unhealthy: countOrNever })

/**
 * Finds that the newest runs failed, one after the other. A success clears it.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function consecutiveFailures(options: ConsecutiveFailuresOptions = {}): HealthRule {
  const common = commonOf('consecutive-failures', options, consecutiveFailuresOptions)
  const { degraded = 2, unhealthy = 3 } = options
  const levels = inOrder('consecutive-failures', { degraded, unhealthy })

  return Object.freeze({
    ...common,
    ignoresSuccess: true,
    describe: () =>
      `degraded after ${levels.degraded} failures in a row, unhealthy after ${levels.unhealthy}; a success clears it`,
    judge(facts: TaskFacts, firing: boolean): Judgement {
      const value = facts.consecutiveFailures
      if (value === 0 || (value < levels.degraded && !firing)) return FINE
      const status: RuleStatus = value >= levels.unhealthy ? 'unhealthy' : 'degraded'
      const limit = levels[status]
      return bad({ status, value, limit, reason: `failed ${value} times in a row, limit ${limit}` })
    },
  })
}
