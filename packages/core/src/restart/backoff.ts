import { type Duration, msOf, toMs } from '../base/duration.ts'
import { checkOptions, type OptionTable } from '../base/options.ts'
import { longestWait } from './longest-wait.ts'
import type { Backoff } from './policy.ts'
import { aFactor, aJitterRatio, aWait, longestBackoffMs, resolveBackoff } from './resolve-backoff.ts'

/** Options of `backoff.exponential`. */
export interface ExponentialOptions {
  /** The first wait, at most `'365d'`. @defaultValue `'1s'` */
  readonly initial?: Duration | undefined
  /**
   * Each wait is the previous wait multiplied by this factor, but at most `max`. From 1 to 1000. @defaultValue `2`
   */
  readonly factor?: number | undefined
  /**
   * The longest wait, at least `initial` and at most `'365d'`. @defaultValue `'60s'`, or `initial` if `initial` is
   * longer
   */
  readonly max?: Duration | undefined
  /**
   * Shortens each wait at random. With `0.2`, a wait is shortened by 0 to 20 %. Allowed values: 0 to 1. @defaultValue
   * `0.2`
   */
  readonly jitter?: number | undefined
}

/** Options of `backoff.fixed`. */
export interface FixedOptions {
  /**
   * Shortens each wait at random. With `0.2`, a wait is shortened by 0 to 20 %. Allowed values: 0 to 1. @defaultValue
   * `0`
   */
  readonly jitter?: number | undefined
}

const exponentialOptions: OptionTable<ExponentialOptions> = {
  initial: aWait,
  factor: aFactor,
  max: aWait,
  jitter: aJitterRatio,
}
const fixedOptions: OptionTable<FixedOptions> = { jitter: aJitterRatio }
const defaults = { initial: 1_000, factor: 2, max: 60_000, jitter: 0.2 } as const

/**
 * Returns a backoff whose waits grow by `factor` up to `max`. Jitter makes a wait shorter, never longer.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function exponential(options: ExponentialOptions = {}): Backoff {
  checkOptions('backoff', options, exponentialOptions)
  const { initial = defaults.initial, factor, max, jitter } = options
  const initialMs = msOf(initial)
  const first = { name: 'initial', ms: initialMs, isDefault: options.initial === undefined }
  const longest = max ?? Math.max(defaults.max, initialMs)
  return resolveBackoff('backoff', {
    initialMs,
    factor: factor ?? defaults.factor,
    maxMs: longestWait('backoff.max', longest, first, longestBackoffMs),
    jitter: jitter ?? defaults.jitter,
  })
}

/**
 * Returns a backoff with the same wait each time: `delay`, at most `'365d'`. With the option `jitter`, each wait is
 * shorter by a random part.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function fixed(delay: Duration, options: FixedOptions = {}): Backoff {
  checkOptions('backoff', options, fixedOptions)
  const waitMs = toMs('delay', delay, aWait)
  const { jitter = 0 } = options
  return resolveBackoff('backoff', { initialMs: waitMs, factor: 1, maxMs: waitMs, jitter })
}
