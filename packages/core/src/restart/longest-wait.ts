import { type Duration, durationFrom, formatMs, msOf, toMs } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'

interface FirstWait {
  readonly name: string
  readonly ms: number
  readonly isDefault: boolean
}

/**
 * Returns the longest wait in milliseconds.
 *
 * @throws {@link InvalidOptionError} if it is shorter than the first wait, or longer than `limitMs`
 */
export function longestWait(option: string, longest: Duration, first: FirstWait, limitMs: number): number {
  const { name, ms, isDefault } = first
  if (msOf(longest) < ms) {
    const expected = isDefault
      ? `at least ${formatMs(ms)} (the default of \`${name}\`), or given together with a shorter \`${name}\``
      : `at least \`${name}\` (${formatMs(ms)})`
    throw new InvalidOptionError(option, expected, longest)
  }
  return toMs(option, longest, durationFrom(ms, limitMs))
}
