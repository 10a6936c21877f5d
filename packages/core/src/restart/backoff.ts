import { checkKeys } from '../base/check.ts'
import { type Duration, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { Backoff } from './policy.ts'

export interface ExponentialOptions {
  /** The first wait. @defaultValue `'1s'` */
  readonly initial?: Duration | undefined
  /** By how much each wait is longer than the one before; at least 1. @defaultValue `2` */
  readonly factor?: number | undefined
  /** The longest wait. @defaultValue `'60s'`, or `initial` where that is longer */
  readonly max?: Duration | undefined
  /** Share of a wait that chance may take off, 0 to 1. @defaultValue `0.2` */
  readonly jitter?: number | undefined
}

export interface FixedOptions {
  /** Share of a wait that chance may take off, 0 to 1. @defaultValue `0.2` */
  readonly jitter?: number | undefined
}

const defaults = { initial: 1_000, factor: 2, max: 60_000, jitter: 0.2 } as const
const longestMs = 365 * 86_400_000

/**
 * Waits that grow by `factor` up to `max`. Chance makes them only shorter, so `max` is a true bound.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function exponential(options: ExponentialOptions = {}): Backoff {
  checkKeys('backoff', options, ['initial', 'factor', 'max', 'jitter'])
  const { initial = defaults.initial, factor, max, jitter } = options
  const initialMs = toMs('backoff.initial', initial, { max: longestMs })
  const maxMs = max === undefined ? Math.max(defaults.max, initialMs) : max
  return resolveBackoff('backoff', {
    initialMs,
    factor: factor ?? defaults.factor,
    maxMs: toMs('backoff.max', maxMs, { min: initialMs, max: longestMs }),
    jitter: jitter ?? defaults.jitter,
  })
}

/**
 * The same wait each time, but for what chance takes off.
 *
 * @throws {@link InvalidOptionError} for the first option that makes no sense.
 */
export function fixed(delay: Duration, options: FixedOptions = {}): Backoff {
  checkKeys('backoff', options, ['jitter'])
  const delayOf = toMs('delay', delay, { max: longestMs })
  const { jitter = defaults.jitter } = options
  return resolveBackoff('backoff', { initialMs: delayOf, factor: 1, maxMs: delayOf, jitter })
}

/**
 * The wait before restart or attempt `k` (0, 1, 2 …), in milliseconds.
 *
 * @param jitterUnit - what chance says, from 0 (the whole wait) to just under 1 (as short as `jitter` lets it be)
 */
export function delayMs(
  { initialMs, factor, maxMs, jitter }: Backoff,
  k: number,
  jitterUnit: number,
): number {
  // 0 · Infinity would be no number.
  const grown = initialMs === 0 ? 0 : initialMs * factor ** k
  return Math.min(maxMs, grown) * (1 - jitter * jitterUnit)
}

/**
 * A checked copy of a backoff, which need not come from a maker.
 *
 * @internal
 * @throws {@link InvalidOptionError} naming the field below `option`.
 */
export function resolveBackoff(option: string, backoff: Backoff): Backoff {
  checkKeys(option, backoff, ['initialMs', 'factor', 'maxMs', 'jitter'])
  const initialMs = toMs(`${option}.initialMs`, backoff.initialMs, { max: longestMs })
  const maxMs = toMs(`${option}.maxMs`, backoff.maxMs, { min: initialMs, max: longestMs })
  const { factor, jitter } = backoff
  if (typeof factor !== 'number' || !(factor >= 1 && factor <= 1_000)) {
    throw new InvalidOptionError(`${option}.factor`, 'a number from 1 to 1000', factor)
  }
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1)) {
    throw new InvalidOptionError(`${option}.jitter`, 'a share from 0 to 1', jitter)
  }
  return Object.freeze({ initialMs, factor, maxMs, jitter })
}
