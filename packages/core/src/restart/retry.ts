import { checkKeys, wholeNumber } from '../base/check.ts'
import { exponential, resolveBackoff } from './backoff.ts'
import type { Backoff } from './policy.ts'

/** Further attempts within one run. */
export interface RetryPolicy {
  /** Attempts after the first, 1 to 100. */
  readonly times: number
  /** @defaultValue `exponential()` */
  readonly backoff?: Backoff | undefined
}

export interface RetryOptions {
  /** @defaultValue `exponential()` */
  readonly backoff?: Backoff | undefined
}

/**
 * Up to `times` further attempts within one run, for instance `retry(2, { backoff: fixed('500ms') })`.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function retry(times: number, options: RetryOptions = {}): ResolvedRetry {
  checkKeys('retry', options, ['backoff'])
  return resolveRetry({ times, backoff: options.backoff })
}

/** A retry policy with its default filled in. */
export interface ResolvedRetry {
  readonly times: number
  readonly backoff: Backoff
}

/**
 * @internal
 * @throws {@link InvalidOptionError} for the first field that makes no sense.
 */
export function resolveRetry(value: RetryPolicy): ResolvedRetry {
  checkKeys('retry', value, ['times', 'backoff'])
  const { times, backoff } = value
  return Object.freeze({
    times: wholeNumber('retry.times', times, 1, 100),
    backoff: backoff === undefined ? exponential() : resolveBackoff('retry.backoff', backoff),
  })
}
