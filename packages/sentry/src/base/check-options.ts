import { type Duration, duration, InvalidOptionError } from '@runwell/core'

/** Returns a duration option in milliseconds. @throws {@link InvalidOptionError} naming the option */
export function milliseconds(option: string, value: Duration, min: number): number {
  const expected = `a duration such as '30s', or a number of milliseconds, at least ${min} ms`
  let ms: number
  try {
    ms = typeof value === 'string' ? duration(value) : value
  } catch {
    throw new InvalidOptionError(option, expected, value) // `duration` can't name the option
  }
  if (typeof ms === 'number' && Number.isFinite(ms) && ms >= min) return ms
  throw new InvalidOptionError(option, expected, value)
}

/** Returns an option that must be a whole number. @throws {@link InvalidOptionError} naming the option */
export function whole(option: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new InvalidOptionError(option, `a whole number from ${min} to ${max}`, value)
}

/** Checks that an option is one of `words`. @throws {@link InvalidOptionError} naming the option */
export function oneOf(option: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return
  throw new InvalidOptionError(option, `one of ${words.map((word) => `'${word}'`).join(', ')}`, value)
}

/** Returns a boolean option. @throws {@link InvalidOptionError} naming the option */
export function trueOrFalse(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new InvalidOptionError(option, 'true or false', value)
}

/** Checks that an option is an object without keys other than `keys`. @throws {@link InvalidOptionError} naming the option */
export function onlyKeys(option: string, value: unknown, keys: readonly string[], expected: string): void {
  const isObject = typeof value === 'object' && value !== null
  if (isObject && Object.keys(value).every((key) => keys.includes(key))) return
  throw new InvalidOptionError(option, expected, value)
}
