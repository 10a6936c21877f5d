import { checkOptions } from '../base/options.ts'
import type { RestartMode, RestartOptions, RestartPolicy } from './policy.ts'
import { policyOptions, resolvePolicy } from './resolve-policy.ts'

/**
 * Restarts a loop after every run, even if the run returned without an error.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function always(options: RestartOptions = {}): RestartPolicy {
  return policyOf('always', options)
}

/**
 * Restarts a loop only after a failed run. After a run that returns, the loop is finished.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function onFailure(options: RestartOptions = {}): RestartPolicy {
  return policyOf('on-failure', options)
}

/**
 * Never restarts a loop automatically. A loop that returned is finished, and a loop that failed is stopped. Only
 * `restart()` starts the loop again.
 */
export function never(): RestartPolicy {
  return policyOf('never', {})
}

const { mode: _, ...restartOptions } = policyOptions

/** An invalid option throws an error here, before the task is registered. */
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
