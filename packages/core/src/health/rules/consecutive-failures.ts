import type { TaskFacts } from '../facts.ts'
import { bad, FINE, inThisProcess } from '../judgements.ts'
import type { HealthRule, Judgement, RuleStatus } from '../rule.ts'
import {
  commonOf,
  countOrNever,
  type Levels,
  levelsFrom,
  type RuleOptions,
  ruleOptions,
} from '../rule-options.ts'

/** Options of `rules.consecutiveFailures`. */
export interface ConsecutiveFailuresOptions extends RuleOptions {
  /**
   * The task is degraded from this number of consecutive failures on.
   * @defaultValue `2`; `1` for manual tasks, one-time tasks, and periods of 1 h or more
   */
  readonly degraded?: number | undefined
  /**
   * The task is unhealthy from this number of consecutive failures on.
   * @defaultValue `3`; `2` for manual tasks, one-time tasks, and periods of 1 h or more; `1` in the default rule of a
   * one-time task
   */
  readonly unhealthy?: number | undefined
}

const consecutiveFailuresOptions = ruleOptions({ degraded: countOrNever, unhealthy: countOrNever })

/** If the period is at least this long, the task is degraded from its first failure. */
const longPeriodMs = 3_600_000
const frequent: Levels = { degraded: 2, unhealthy: 3 }
const seldom: Levels = { degraded: 1, unhealthy: 2 }

function defaultLevels({ task: { schedule } }: TaskFacts): Levels {
  const { startedBy, hasSlots, periodMs = Number.POSITIVE_INFINITY } = schedule
  return startedBy === 'trigger' || (hasSlots && periodMs >= longPeriodMs) ? seldom : frequent
}

/**
 * Finds that one or more runs have failed in a row. The problem is over when a run succeeds. For a loop, it is also
 * over when a run is up and has lasted for `stableAfter`.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function consecutiveFailures(options: ConsecutiveFailuresOptions = {}): HealthRule {
  const common = commonOf('consecutive-failures', options, consecutiveFailuresOptions)
  levelsFrom('consecutive-failures', options, frequent)
  const levelsOf = (facts: TaskFacts): Levels => {
    const { degraded = defaultLevels(facts).degraded, unhealthy = defaultLevels(facts).unhealthy } = options
    return { degraded, unhealthy: Math.max(degraded, unhealthy) }
  }

  return Object.freeze({
    ...common,
    ignoresSuccess: true,
    describe(facts: TaskFacts): string {
      const { degraded, unhealthy } = levelsOf(facts)
      const first = degraded === 1 ? '1 failure' : `${degraded} failures in a row`
      const clears = facts.task.schedule.restarts ? 'a success or a stable run' : 'a success'
      return degraded === unhealthy
        ? `unhealthy after ${first}; ${clears} clears it`
        : `degraded after ${first}, unhealthy after ${unhealthy}; ${clears} clears it`
    },
    judge(facts: TaskFacts, firing: boolean): Judgement {
      const value = facts.consecutiveFailures
      if (value === 0) return FINE
      const levels = levelsOf(facts)
      if (value < levels.degraded && !firing) return FINE
      const status: RuleStatus = value >= levels.unhealthy ? 'unhealthy' : 'degraded'
      const limit = levels[status]
      return bad({
        status,
        value,
        limit,
        reason: `${failuresText(value, inThisProcess(facts))}, limit ${limit}`,
      })
    },
  })
}

function failuresText(count: number, where: string): string {
  return count === 1 ? `the last run${where} failed` : `failed ${count} times in a row${where}`
}
