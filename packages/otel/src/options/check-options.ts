import { InvalidOptionError } from '@runwell/core'

/** What an option takes, in words, and whether a value is that. */
export interface Takes {
  readonly expected: string
  fits(value: unknown): boolean
}

export const trueOrFalse: Takes = { expected: 'true or false', fits: (value) => typeof value === 'boolean' }
export const aFunction: Takes = { expected: 'a function', fits: (value) => typeof value === 'function' }
export const anObject: Takes = {
  expected: 'an object',
  fits: (value) => typeof value === 'object' && value !== null,
}
export const aText: Takes = {
  expected: 'a non-empty string',
  fits: (value) => typeof value === 'string' && value.trim() !== '',
}

/** A number from `min`, of what `unit` says. */
export function numberFrom(min: number, unit = 'a number'): Takes {
  return { expected: `${unit} from ${min}`, fits: (value) => typeof value === 'number' && value >= min }
}

export function oneOf(...choices: readonly string[]): Takes {
  return {
    expected: `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
    fits: (value) => choices.some((choice) => choice === value),
  }
}

/**
 * Refuses what is no object of options, the first key that is not known and the first value that does not fit. Without
 * it a misspelt option would be a default that nobody hears of.
 *
 * @throws {@link InvalidOptionError}
 */
export function checkOptions(where: string, options: unknown, known: Readonly<Record<string, Takes>>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidOptionError(where, 'an object of options', options)
  }
  for (const [key, value] of Object.entries(options)) {
    const takes = Object.hasOwn(known, key) ? known[key] : undefined
    if (takes === undefined) {
      const names = Object.keys(known).join(', ')
      throw new InvalidOptionError(where, `an object with no other keys than ${names}`, key)
    }
    if (value !== undefined && !takes.fits(value)) throw new InvalidOptionError(key, takes.expected, value)
  }
}
