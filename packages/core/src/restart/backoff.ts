import { type Duration, durationFrom, msOf, toMs } from '../base/duration.ts'
import { checkOptions, type OptionTable } from '../base/options.ts'
import type { Backoff } from './policy.ts'
import { aFactor, aJitterRatio, aWait, longestBackoffMs, resolveBackoff } from './resolve-backoff.ts'

/** Options of `backoff.exponential`. */
export interface ExponentialOptions {
  /** The first wait. @defaultValue `'1s'` */
  readonly initial?: Duration | undefined
  /** Each wait is the previous wait times this factor; at least 1. @defaultValue `2` */
  readonly factor?: number | undefined
  /** The longest wait. @defaultValue `'60s'`, or `initial` if that is longer */
  readonly max?: Duration | undefined
  /** Each wait is shortened by a random part of at most this ratio, 0 to 1. @defaultValue `0.2` */
  readonly jitter?: number | undefined
}

/** Options of `backoff.fixed`. */
export interface FixedOptions {
  /** Each wait is shortened by a random part of at most this ratio, 0 to 1. @defaultValue `0` */
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
 * Waits that grow by `factor` up to `max`. Jitter only shortens a wait.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function exponential(options: ExponentialOptions = {}): Backoff {
  checkOptions('backoff', options, exponentialOptions)
  const { initial = defaults.initial, factor, max, jitter } = options
  const initialMs = msOf(initial)
  const maxMs = max === undefined ? Math.max(defaults.max, initialMs) : max
  return resolveBackoff('backoff', {
    initialMs,
    factor: factor ?? defaults.factor,
    maxMs: toMs('backoff.max', maxMs, durationFrom(initialMs, longestBackoffMs)),
    jitter: jitter ?? defaults.jitter,
  })
}

/**
 * The same wait each time, exactly `delay` unless `jitter` is given.
 *
 * @throws {@link InvalidOptionError} for the first invalid option.
 */
export function fixed(delay: Duration, options: FixedOptions = {}): Backoff {
  checkOptions('backoff', options, fixedOptions)
  const waitMs = toMs('delay', delay, aWait)
  const { jitter = 0 } = options
  return resolveBackoff('backoff', { initialMs: waitMs, factor: 1, maxMs: waitMs, jitter })
}
