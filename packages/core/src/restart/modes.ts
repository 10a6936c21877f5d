import { checkOptions } from '../base/options.ts'
import type { RestartMode, RestartOptions, RestartPolicy } from './policy.ts'
import { policyOptions, resolvePolicy } from './resolve-policy.ts'

/**
 * Returns a policy that restarts a loop after every run, even if the run returned without an error. The option `when`
 * can decide otherwise for single runs.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function always(options: RestartOptions = {}): RestartPolicy {
  return policyOf('always', options)
}

/**
 * Returns a policy that restarts a loop after every run except one that returned. After a run that returned, the loop
 * is finished. The option `when` can decide otherwise for single runs.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function onFailure(options: RestartOptions = {}): RestartPolicy {
  return policyOf('on-failure', options)
}

/**
 * Returns a policy that never restarts a loop automatically. If the run returned, the loop is finished. After any
 * other end, it is stopped. Only `restart()` then starts the loop again. Exception: if a pause has ended the run,
 * `resume()` starts the loop again.
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
