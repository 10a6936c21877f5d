import { type Duration, formatMs, toMs } from '../../base/duration.ts'
import type { TaskFacts } from '../facts.ts'
import { bad, FINE, fineUntil, lookAgainMs } from '../judgements.ts'
import type { HealthRule, Judgement } from '../rule.ts'
import { commonOf, inOrder, type RuleOptions } from '../rule-options.ts'

/** Restarts leave the window of the budget as time passes; how soon, the facts don't say. */
const budgetRecheckMs = 30_000

/**
 * A loop uses up its budget of restarts: degraded from half of it, until a quarter is left in the window; unhealthy
 * when it is given up, until it is trusted again.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function restarts(options: RuleOptions = {}): HealthRule {
  return Object.freeze({
    ...commonOf('restarts', options, []),
    describe: ({ restarts: { limit } }: TaskFacts) =>
      `degraded from ${Math.ceil(limit / 2)} restarts in its window, unhealthy when it is given up (beyond ${limit})`,
    judge({ restarts: { inWindow, limit }, givenUp }: TaskFacts, firing: boolean): Judgement {
      if (givenUp !== undefined) {
        const reason = `given up (${givenUp}) after ${inWindow} restarts, limit ${limit}`
        return bad({ status: 'unhealthy', value: inWindow, limit, reason }, budgetRecheckMs)
      }
      const half = limit / 2
      const isMany = firing ? inWindow > half / 2 : inWindow >= half
      if (!isMany || inWindow === 0) return FINE
      const reason = `${inWindow} restarts of a budget of ${limit}, limit ${half}`
      return bad({ status: 'degraded', value: inWindow, limit: half, reason }, budgetRecheckMs)
    },
  })
}

export interface NotRunningOptions extends RuleOptions {
  /** A loop may be down for so long. @defaultValue `'10s'` */
  readonly degraded?: Duration | undefined
  /** @defaultValue `'2m'` */
  readonly unhealthy?: Duration | undefined
}

/**
 * A loop is down: it waits for its restart. It clears when the loop runs. A loop that has finished, as its restart mode
 * lets it, is not down.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function notRunning(options: NotRunningOptions = {}): HealthRule {
  const common = commonOf('not-running', options, ['degraded', 'unhealthy'])
  const limits = inOrder('not-running', {
    degraded: toMs('not-running.degraded', options.degraded ?? 10_000, { max: Number.POSITIVE_INFINITY }),
    unhealthy: toMs('not-running.unhealthy', options.unhealthy ?? 120_000, { max: Number.POSITIVE_INFINITY }),
  })

  return Object.freeze({
    ...common,
    describe: () =>
      `degraded when the loop is down for ${formatMs(limits.degraded)}, unhealthy for ${formatMs(limits.unhealthy)}`,
    judge({ downMs, state }: TaskFacts): Judgement {
      if (downMs === undefined || state === 'finished') return FINE
      const value = downMs
      if (value <= limits.degraded) return fineUntil(limits.degraded - value)
      const status = value > limits.unhealthy ? 'unhealthy' : 'degraded'
      const limit = limits[status]
      const reason = `the loop has been down for ${formatMs(value)}, limit ${formatMs(limit)}`
      const worseInMs = status === 'unhealthy' ? lookAgainMs : limits.unhealthy - value + 1
      return bad({ status, value, limit, reason, forMs: value }, Math.min(lookAgainMs, worseInMs))
    },
  })
}
