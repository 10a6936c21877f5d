import { InvalidOptionError } from '../base/errors.ts'
import { aFunction, anything, check, checkOptions, wholeNumber } from '../base/options.ts'
import { exponential } from './backoff.ts'
import type { Backoff } from './policy.ts'
import { resolveBackoff } from './resolve-backoff.ts'

/** Options of {@link retry}. */
export interface RetryOptions {
  /** How long to wait before each further attempt. @defaultValue `backoff.exponential()` */
  readonly backoff?: Backoff | undefined
  /**
   * A function that is called with the error of each failed or timed-out attempt, except the last. `false` ends the
   * run with this error. If the function throws or does not return a boolean, the run is retried.
   * @defaultValue every failure is retried
   */
  readonly if?: ((error: Error) => boolean) | undefined
}

/** Defines further attempts within one run. Create it with {@link retry}, or write it as an object. */
export interface RetryPolicy extends RetryOptions {
  /** The number of attempts after the first attempt, 1 to 100. */
  readonly times: number
}

export interface ResolvedRetry {
  readonly times: number
  readonly backoff: Backoff
  readonly if?: RetryOptions['if']
}

const retryOptions = { backoff: anything, if: aFunction } // `resolveBackoff` checks the backoff
const attempts = wholeNumber(1, 100)
const policyOptions = { times: attempts, ...retryOptions }

/**
 * Returns a policy that allows up to `times` further attempts within one run.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 * @example retry(2, { backoff: backoff.fixed('500ms') })
 */
export function retry(times: number, options: RetryOptions = {}): RetryPolicy {
  checkOptions('retry', options, retryOptions)
  return resolveRetry({ times, ...options })
}

/**
 * @internal
 * @throws {@link InvalidOptionError} for the first invalid field.
 */
export function resolveRetry(value: RetryPolicy): ResolvedRetry {
  if (typeof value !== 'object' || value === null)
    throw new InvalidOptionError('retry', 'an object such as { times: 2 }', value)
  checkOptions('retry', value, policyOptions)
  const { times, backoff, if: predicate } = value
  const resolved: ResolvedRetry = {
    times: check('retry.times', times, attempts),
    backoff: backoff === undefined ? exponential() : resolveBackoff('retry.backoff', backoff),
  }
  return Object.freeze(predicate === undefined ? resolved : { ...resolved, if: predicate })
}
