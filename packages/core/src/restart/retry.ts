import { anything, check, checkOptions, wholeNumber } from '../base/options.ts'
import { exponential } from './backoff.ts'
import type { Backoff } from './policy.ts'
import { resolveBackoff } from './resolve-backoff.ts'

/** Options of {@link retry}. */
export interface RetryOptions {
  /** @defaultValue `backoff.exponential()` */
  readonly backoff?: Backoff | undefined
}

/** Further attempts within one run. Made by {@link retry}, or written as an object. */
export interface RetryPolicy extends RetryOptions {
  /** Attempts after the first, 1 to 100. */
  readonly times: number
}

/** A {@link RetryPolicy} with its default filled in and every value checked. */
export interface ResolvedRetry {
  readonly times: number
  readonly backoff: Backoff
}

const retryOptions = { backoff: anything } // `resolveBackoff` checks it
const attempts = wholeNumber(1, 100)
const policyOptions = { times: attempts, ...retryOptions }

/**
 * Up to `times` further attempts within one run.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 * @example retry(2, { backoff: backoff.fixed('500ms') })
 */
export function retry(times: number, options: RetryOptions = {}): RetryPolicy {
  checkOptions('retry', options, retryOptions)
  return resolveRetry({ times, backoff: options.backoff })
}

/**
 * @internal
 * @throws {@link InvalidOptionError} for the first invalid field.
 */
export function resolveRetry(value: RetryPolicy): ResolvedRetry {
  checkOptions('retry', value, policyOptions)
  const { times, backoff } = value
  return Object.freeze({
    times: check('retry.times', times, attempts),
    backoff: backoff === undefined ? exponential() : resolveBackoff('retry.backoff', backoff),
  })
}
