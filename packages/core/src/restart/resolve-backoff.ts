import { checkKeys } from '../base/check.ts'
import { toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { Backoff } from './policy.ts'

export const longestBackoffMs = 365 * 86_400_000

/**
 * A checked copy of a backoff, which may also be written as an object.
 *
 * @internal
 * @throws {@link InvalidOptionError} naming the invalid field of `option`.
 */
export function resolveBackoff(option: string, backoff: Backoff): Backoff {
  checkKeys(option, backoff, ['initialMs', 'factor', 'maxMs', 'jitter'])
  const initialMs = toMs(`${option}.initialMs`, backoff.initialMs, { max: longestBackoffMs })
  const maxMs = toMs(`${option}.maxMs`, backoff.maxMs, { min: initialMs, max: longestBackoffMs })
  const { factor, jitter } = backoff
  if (typeof factor !== 'number' || !(factor >= 1 && factor <= 1_000)) {
    throw new InvalidOptionError(`${option}.factor`, 'a number from 1 to 1000', factor)
  }
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1)) {
    throw new InvalidOptionError(`${option}.jitter`, 'a ratio from 0 to 1', jitter)
  }
  return Object.freeze({ initialMs, factor, maxMs, jitter })
}
