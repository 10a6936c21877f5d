import { durationFrom, toMs } from '../base/duration.ts'
import { check, checkOptions, type OptionTable, takes } from '../base/options.ts'
import { longestWait } from './longest-wait.ts'
import type { Backoff } from './policy.ts'

export const longestBackoffMs = 365 * 86_400_000
export const aWait = durationFrom(0, longestBackoffMs)
export const aFactor = takes<number>(
  'a number from 1 to 1000',
  (value) => typeof value === 'number' && value >= 1 && value <= 1_000,
)
export const aJitterRatio = takes<number>(
  'a ratio from 0 to 1',
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
)
const backoffOptions: OptionTable<Backoff> = {
  initialMs: aWait,
  factor: aFactor,
  maxMs: aWait,
  jitter: aJitterRatio,
}

/**
 * @internal
 * @throws {@link InvalidOptionError} naming the invalid field of `option`.
 */
export function resolveBackoff(option: string, backoff: Backoff): Backoff {
  checkOptions(option, backoff, backoffOptions)
  const initialMs = toMs(`${option}.initialMs`, backoff.initialMs, aWait)
  const first = { name: 'initialMs', ms: initialMs, isDefault: false }
  return Object.freeze({
    initialMs,
    factor: check(`${option}.factor`, backoff.factor, aFactor),
    maxMs: longestWait(`${option}.maxMs`, backoff.maxMs, first, longestBackoffMs),
    jitter: check(`${option}.jitter`, backoff.jitter, aJitterRatio),
  })
}
