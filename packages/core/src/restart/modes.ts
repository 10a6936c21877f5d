import { checkOptions } from '../base/options.ts'
import type { RestartMode, RestartOptions, RestartPolicy } from './policy.ts'
import { policyOptions, resolvePolicy } from './resolve-policy.ts'

/**
 * Restarts a loop whenever it ends, also after it returned.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function always(options: RestartOptions = {}): RestartPolicy {
  return policyOf('always', options)
}

/**
 * Restarts a loop that failed. A loop that returned has finished.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function onFailure(options: RestartOptions = {}): RestartPolicy {
  return policyOf('on-failure', options)
}

/**
 * A loop that returned has finished, and one that failed is stopped. Only `restart()` starts such a loop
 * again.
 */
export function never(): RestartPolicy {
  return policyOf('never', {})
}

const { mode: _, ...restartOptions } = policyOptions

/** An invalid option throws here, not only when the task is registered. */
function policyOf(mode: RestartMode, options: RestartOptions): RestartPolicy {
  checkOptions('restart', options, restartOptions)
  resolvePolicy({ ...options, mode })
  const { budget, park } = options
  return Object.freeze({
    ...options,
    budget: budget && Object.freeze({ ...budget }),
    park: park && Object.freeze({ ...park }),
    mode,
  })
}
