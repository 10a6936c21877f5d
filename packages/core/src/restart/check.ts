import { checkKeys, oneOf, optionalFunction, wholeNumber } from '../base/check.ts'
import { toMs } from '../base/duration.ts'
import { resolveBackoff } from './backoff.ts'
import type { RestartPolicy } from './policy.ts'

const modes = ['always', 'on-failure', 'never'] as const
const outcomesOfExhaustion = ['park', 'escalate', 'stop'] as const
const policyKeys = ['mode', 'backoff', 'stableAfterMs', 'budget', 'exhausted', 'park', 'when']
/** Longest wait or window that a policy may have. */
export const longestMs = 365 * 86_400_000

/**
 * A checked and frozen copy of a restart policy, which need not come from a maker.
 *
 * @internal
 * @throws {@link InvalidOptionError} naming the field.
 */
export function checkPolicy(policy: RestartPolicy): RestartPolicy {
  checkKeys('restart', policy, policyKeys)
  const { budget, park } = policy
  const backoff = resolveBackoff('restart.backoff', policy.backoff)
  checkKeys('restart.budget', budget, ['restarts', 'withinMs'])
  checkKeys('restart.park', park, ['firstMs', 'maxMs'])
  const firstMs = toMs('restart.park.firstMs', park.firstMs, { min: 1, max: longestMs })
  return Object.freeze({
    mode: oneOf('restart.mode', policy.mode, modes),
    backoff,
    stableAfterMs: toMs('restart.stableAfterMs', policy.stableAfterMs, { min: 1, max: 2 * longestMs }),
    budget: Object.freeze({
      restarts: wholeNumber('restart.budget.restarts', budget.restarts, 0, 1_000),
      withinMs: toMs('restart.budget.withinMs', budget.withinMs, { min: 1, max: longestMs }),
    }),
    exhausted: oneOf('restart.exhausted', policy.exhausted, outcomesOfExhaustion),
    park: Object.freeze({
      firstMs,
      maxMs: toMs('restart.park.maxMs', park.maxMs, { min: firstMs, max: longestMs }),
    }),
    when: optionalFunction('restart.when', policy.when),
  })
}
