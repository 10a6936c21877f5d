import { InvalidOptionError } from './errors.ts'
import { show } from './show.ts'

/**
 * Refuses what is no object of options, and the first key that is not known.
 * @throws {@link InvalidOptionError}
 */
export function checkKeys(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidOptionError(where, 'an object of options', options)
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    throw new InvalidOptionError(where, `an object with no other keys than ${known.join(', ')}`, key)
  }
}

/** @throws {@link InvalidOptionError} when `value` is none of `choices`. */
export function oneOf<Choice extends string>(
  option: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value)
  if (found === undefined)
    throw new InvalidOptionError(option, `one of ${choices.map(show).join(', ')}`, value)
  return found
}

/** @throws {@link InvalidOptionError} when `value` is no whole number from `min` to `max`. */
export function wholeNumber(option: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new InvalidOptionError(option, `a whole number from ${min} to ${max}`, value)
}

/** @throws {@link InvalidOptionError} when `value` is no text, or an empty one, or longer than `max`. */
export function text(option: string, value: unknown, max = 200): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= max) return value
  throw new InvalidOptionError(option, `a text of 1 to ${max} characters`, value)
}

/** @throws {@link InvalidOptionError} when `value` is given and no function. */
export function optionalFunction<Value>(option: string, value: Value): Value {
  if (value === undefined || typeof value === 'function') return value
  throw new InvalidOptionError(option, 'a function', value)
}

/** @throws {@link InvalidOptionError} when `value` is given and neither true nor false. */
export function optionalBoolean(option: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw new InvalidOptionError(option, 'true or false', value)
}
