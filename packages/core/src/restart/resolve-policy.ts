import { checkKeys, oneOf, optionalFunction, wholeNumber } from '../base/check.ts'
import { toMs } from '../base/duration.ts'
import { exponential } from './backoff.ts'
import { exhaustionModes } from './exhaustion.ts'
import { restartModes } from './mode-table.ts'
import type { ResolvedRestart, RestartPolicy } from './policy.ts'
import { resolveBackoff } from './resolve-backoff.ts'

const policyKeys = ['mode', 'backoff', 'stableAfter', 'budget', 'exhausted', 'park', 'when']
const defaults = {
  budget: { restarts: 10, within: '10m' },
  exhausted: 'park',
  park: { firstMs: 60_000, maxMs: 900_000 },
} as const
/** The longest wait or window that a policy may have. */
const longestMs = 365 * 86_400_000

/**
 * A frozen copy of a policy with every default filled in.
 *
 * @internal
 * @throws {@link InvalidOptionError} naming the first invalid field.
 */
export function resolvePolicy(policy: RestartPolicy): ResolvedRestart {
  checkKeys('restart', policy, policyKeys)
  const { budget = defaults.budget, exhausted = defaults.exhausted, park = {}, when } = policy
  const backoff = policy.backoff ? resolveBackoff('restart.backoff', policy.backoff) : exponential()
  const stableAfter = policy.stableAfter ?? Math.max(1, 2 * backoff.maxMs)
  return Object.freeze({
    mode: oneOf('restart.mode', policy.mode, restartModes),
    backoff,
    stableAfterMs: toMs('restart.stableAfter', stableAfter, { min: 1, max: 2 * longestMs }),
    budget: budgetOf(budget),
    exhausted: oneOf('restart.exhausted', exhausted, exhaustionModes),
    park: parkOf(park),
    when: optionalFunction('restart.when', when),
  })
}

function budgetOf(budget: NonNullable<RestartPolicy['budget']>): ResolvedRestart['budget'] {
  checkKeys('restart.budget', budget, ['restarts', 'within'])
  return Object.freeze({
    restarts: wholeNumber('restart.budget.restarts', budget.restarts, 0, 1_000),
    withinMs: toMs('restart.budget.within', budget.within, { min: 1, max: longestMs }),
  })
}

function parkOf(park: NonNullable<RestartPolicy['park']>): ResolvedRestart['park'] {
  checkKeys('restart.park', park, ['first', 'max'])
  const firstMs = toMs('restart.park.first', park.first ?? defaults.park.firstMs, { min: 1, max: longestMs })
  const max = park.max ?? Math.max(defaults.park.maxMs, firstMs)
  return Object.freeze({ firstMs, maxMs: toMs('restart.park.max', max, { min: firstMs, max: longestMs }) })
}
