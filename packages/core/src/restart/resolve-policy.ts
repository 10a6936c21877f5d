import { durationFrom, msOf, toMs } from '../base/duration.ts'
import {
  aFunction,
  anything,
  check,
  checkOptions,
  type OptionTable,
  oneOf,
  wholeNumber,
} from '../base/options.ts'
import { exponential } from './backoff.ts'
import { exhaustionModes } from './exhaustion.ts'
import { longestWait } from './longest-wait.ts'
import { restartModes } from './mode-table.ts'
import type { ResolvedRestart, RestartPolicy } from './policy.ts'
import { resolveBackoff } from './resolve-backoff.ts'

const defaults = {
  budget: { restarts: 10, within: '10m' },
  exhausted: 'park',
  park: { firstMs: 60_000, maxMs: 900_000 },
} as const
const longestMs = 365 * 86_400_000

export const aMode = oneOf(restartModes)
const aLength = durationFrom(1, longestMs)
/** The functions below check the fields with the value `anything`. */
export const policyOptions: OptionTable<RestartPolicy> = {
  mode: aMode,
  backoff: anything,
  stableAfter: durationFrom(1, 2 * longestMs),
  budget: anything,
  exhausted: oneOf(exhaustionModes),
  park: anything,
  when: aFunction,
}
const restartCount = wholeNumber(0, 1_000)
const budgetOptions = { restarts: restartCount, within: aLength }
const parkOptions = { first: aLength, max: aLength }

/**
 * @internal
 * @throws {@link InvalidOptionError} naming the first invalid field.
 */
export function resolvePolicy(policy: RestartPolicy): ResolvedRestart {
  checkOptions('restart', policy, policyOptions)
  const { budget = defaults.budget, exhausted = defaults.exhausted, park = {}, when } = policy
  const backoff = policy.backoff ? resolveBackoff('restart.backoff', policy.backoff) : exponential()
  const stableAfter = policy.stableAfter ?? Math.max(1, 2 * backoff.maxMs)
  return Object.freeze({
    mode: check('restart.mode', policy.mode, aMode),
    backoff,
    stableAfterMs: msOf(stableAfter),
    budget: budgetOf(budget),
    exhausted,
    park: parkOf(park),
    when,
  })
}

function budgetOf(budget: NonNullable<RestartPolicy['budget']>): ResolvedRestart['budget'] {
  checkOptions('restart.budget', budget, budgetOptions)
  return Object.freeze({
    restarts: check('restart.budget.restarts', budget.restarts, restartCount),
    withinMs: toMs('restart.budget.within', budget.within, aLength),
  })
}

function parkOf(park: NonNullable<RestartPolicy['park']>): ResolvedRestart['park'] {
  checkOptions('restart.park', park, parkOptions)
  const firstMs = msOf(park.first ?? defaults.park.firstMs)
  const max = park.max ?? Math.max(defaults.park.maxMs, firstMs)
  const first = { name: 'first', ms: firstMs, isDefault: park.first === undefined }
  return Object.freeze({ firstMs, maxMs: longestWait('restart.park.max', max, first, longestMs) })
}
