import { checkKeys } from '../base/check.ts'
import { toMs } from '../base/duration.ts'
import { exponential, resolveBackoff } from './backoff.ts'
import { checkPolicy, longestMs } from './check.ts'
import type { RestartOptions, RestartPolicy } from './policy.ts'

const defaults = {
  budget: { restarts: 10, within: '10m' },
  exhausted: 'park',
  park: { firstMs: 60_000, maxMs: 900_000 },
} as const

/**
 * Starts a loop again whatever ended it.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function always(options: RestartOptions = {}): RestartPolicy {
  return policyOf('always', options)
}

/**
 * Starts a loop again unless it returned: then it has finished.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function onFailure(options: RestartOptions = {}): RestartPolicy {
  return policyOf('on-failure', options)
}

/** Lets a loop end: it has finished when it returned, and is stopped for good when it failed. */
export function never(): RestartPolicy {
  return policyOf('never', {})
}

function policyOf(mode: RestartPolicy['mode'], options: RestartOptions): RestartPolicy {
  checkKeys('restart', options, ['backoff', 'stableAfter', 'budget', 'exhausted', 'park', 'when'])
  const { budget = defaults.budget, exhausted = defaults.exhausted, park = {}, when } = options
  const backoff = options.backoff ? resolveBackoff('restart.backoff', options.backoff) : exponential()
  const stableAfter = options.stableAfter ?? Math.max(1, 2 * backoff.maxMs)
  return checkPolicy({
    mode,
    backoff,
    stableAfterMs: toMs('restart.stableAfter', stableAfter, { min: 1 }),
    budget: budgetOf(budget),
    exhausted,
    park: parkOf(park),
    when,
  })
}

function budgetOf(budget: NonNullable<RestartOptions['budget']>): RestartPolicy['budget'] {
  checkKeys('restart.budget', budget, ['restarts', 'within'])
  const withinMs = toMs('restart.budget.within', budget.within, { min: 1, max: longestMs })
  return { restarts: budget.restarts, withinMs }
}

function parkOf(park: NonNullable<RestartOptions['park']>): RestartPolicy['park'] {
  checkKeys('restart.park', park, ['first', 'max'])
  const firstMs = toMs('restart.park.first', park.first ?? defaults.park.firstMs, { min: 1, max: longestMs })
  const max = park.max ?? Math.max(defaults.park.maxMs, firstMs)
  return { firstMs, maxMs: toMs('restart.park.max', max, { min: firstMs, max: longestMs }) }
}
