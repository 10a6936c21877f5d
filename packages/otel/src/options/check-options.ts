import { duration, InvalidOptionError } from '@runwell/core'

/** What an option accepts: a description, and a check of a value. */
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

/** A number of at least `min`. `unit` describes it. */
export function numberFrom(min: number, unit = 'a number'): Takes {
  return { expected: `${unit} from ${min}`, fits: (value) => typeof value === 'number' && value >= min }
}

/** A duration of at least `minMs`, as text or as a number of milliseconds. */
export function durationFrom(minMs: number): Takes {
  return {
    expected: `a duration such as '15s', or a number of milliseconds, at least ${minMs} ms`,
    fits: (value) => {
      try {
        const ms = typeof value === 'string' ? duration(value) : value
        return typeof ms === 'number' && Number.isFinite(ms) && ms >= minMs
      } catch {
        return false // `duration` throws for text that it cannot parse
      }
    },
  }
}

export function oneOf(...choices: readonly (string | false)[]): Takes {
  return {
    expected: `one of ${choices.map((choice) => (choice === false ? 'false' : `'${choice}'`)).join(', ')}`,
    fits: (value) => choices.some((choice) => choice === value),
  }
}

/**
 * Checks that `options` is an object with known keys and valid values. Otherwise a misspelt option would silently keep
 * its default.
 *
 * @throws {@link InvalidOptionError} for the first unknown key or invalid value
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
