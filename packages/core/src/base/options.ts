import { errorText } from './error-record.ts'
import { InvalidOptionError, RunwellError } from './errors.ts'
import { nearMiss } from './near-miss.ts'
import { describeHidden, show } from './show.ts'
import { toError } from './to-error.ts'

/** Describes what an option accepts: `expected` in words for errors, and `fits` to check a value. */
export interface Takes<Value = unknown> {
  /** Completes the sentence "Expected `option` to be …". */
  readonly expected: string
  /** True if errors must not show the value, because it is a secret. */
  readonly isSecret?: boolean
  fits(value: unknown): value is Value
}

/** Contains what each option of an object accepts. */
export type OptionTable<Options> = {
  readonly [Name in keyof Options as Options[Name] extends undefined ? never : Name]-?: Takes
}

/** Describes what an option accepts. `fits` must return true for each value that the option accepts. */
export function takes<Value>(
  expected: string,
  fits: (value: unknown) => boolean,
  { isSecret = false }: Pick<Takes, 'isSecret'> = {},
): Takes<Value> {
  return { expected, isSecret, fits: fits as Takes<Value>['fits'] }
}

export const anything: Takes = takes('anything', () => true)
export const trueOrFalse = takes<boolean>('true or false', (value) => typeof value === 'boolean')
export const aFunction = takes<(...args: never[]) => unknown>(
  'a function',
  (value) => typeof value === 'function',
)
export const anObject = takes<object>(
  'an object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)
/** Accepts a string that is not blank. */
export const aText = takes<string>(
  'a non-empty string',
  (value) => typeof value === 'string' && value.trim() !== '',
)

/** Accepts a string of at most `max` characters that is not blank. */
export function textUpTo(max: number): Takes<string> {
  return takes(`a text of 1 to ${max} characters`, (value) => aText.fits(value) && value.length <= max)
}

export function wholeNumber(min: number, max: number): Takes<number> {
  return takes(
    `a whole number from ${min} to ${max}`,
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  )
}

/** Accepts a number of at least `min`. `unit` is the name of the number in errors. */
export function numberFrom(min: number, unit = 'a number'): Takes<number> {
  return takes(`${unit} from ${min}`, (value) => typeof value === 'number' && value >= min)
}

export function oneOf<const Choice extends string | boolean>(choices: readonly Choice[]): Takes<Choice> {
  return takes(`one of ${choices.map(show).join(', ')}`, (value) =>
    choices.some((choice) => choice === value),
  )
}

/**
 * Returns `value` if the option accepts it.
 *
 * @throws {@link InvalidOptionError}
 */
export function check<Value>(option: string, value: unknown, accepted: Takes<Value>): Value {
  if (fits(accepted, value)) return value
  throw refusal(option, value, accepted)
}

function refusal(option: string, value: unknown, { expected, isSecret = false }: Takes): InvalidOptionError {
  if (!isSecret) return new InvalidOptionError(option, expected, value)
  const hidden = describeHidden(value)
  const message = `Expected \`${option}\` to be ${expected}, got ${hidden}`
  return new InvalidOptionError(option, expected, hidden, undefined, message)
}

function fits<Value>(accepted: Takes<Value>, value: unknown): value is Value {
  try {
    return accepted.fits(value)
  } catch {
    return false
  }
}

/**
 * Returns the result of `read`. If `read` throws, because of a getter or a proxy, throws an `InvalidOptionError` that
 * names `where`. A `RunwellError` is thrown unchanged.
 */
export function reading<Value>(where: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof RunwellError) throw error
    const expected = `an object whose properties can be read; reading one threw ${errorText(toError(error))}`
    throw new InvalidOptionError(where, expected, undefined)
  }
}

/** Returns a text to add to `expected` if the user passed a function instead of its result. Otherwise, `''`. */
export function callCure(value: unknown): string {
  return typeof value === 'function' ? '; call the function and pass its result' : ''
}

const maxListed = 8

type Hint = string | { readonly cure: string }
/** For names that are not options: the option that the user probably meant, or the cure that the error names. */
export type Hints = Readonly<Record<string, Hint>>

/**
 * Checks that `options` is an object without unknown keys, and that each option accepts its value. `undefined` is
 * always accepted.
 *
 * @param where - the call or the option that takes the object, such as `stop` or `restart.budget`
 * @param prefix - a text that errors write before the name of an option; `''` for no text
 * @param hints - for names that are not options: the name of our option, which the error suggests, or another cure
 * @throws {@link InvalidOptionError} for the first unknown key or invalid value
 */
export function checkOptions(
  where: string,
  options: unknown,
  table: Readonly<Record<string, Takes>>,
  prefix: string = where,
  hints: Hints = {},
): asserts options is object {
  if (!fits(anObject, options)) throw new InvalidOptionError(where, 'an object of options', options)
  const given = options as Readonly<Record<string, unknown>>
  for (const key of reading(where, () => Object.keys(given))) {
    const value: unknown = reading(pathOf(prefix, key), () => given[key])
    const accepted = Object.hasOwn(table, key) ? table[key] : undefined
    if (accepted === undefined) {
      const hint = Object.hasOwn(hints, key) ? hints[key] : undefined
      throw new UnknownOptionError(where, key, pathOf(prefix, key), value, Object.keys(table), hint)
    }
    if (value === undefined || fits(accepted, value)) continue
    throw refusal(pathOf(prefix, key), value, accepted)
  }
}

function pathOf(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}.${key}`
}

class UnknownOptionError extends InvalidOptionError {
  readonly #args: readonly [string, string, string, unknown, readonly string[], Hint | undefined]

  constructor(
    where: string,
    key: string,
    path: string,
    received: unknown,
    known: readonly string[],
    hint: Hint | undefined,
    task?: string,
  ) {
    const alias = typeof hint === 'string' && known.includes(hint) ? hint : undefined
    const cure = typeof hint === 'object' ? hint.cure : undefined
    const meant = cure === undefined ? (alias ?? nearMiss(key, known)) : undefined
    const message = `Unknown option ${show(key)} of ${ownerOf(where, task)}. ${cure ?? cureOf(where, meant, known)}`
    super(path, meant === undefined ? 'a known option' : `'${meant}'`, received, task, message)
    this.#args = [where, key, path, received, known, hint]
  }

  ofTask(task: string): UnknownOptionError {
    return new UnknownOptionError(...this.#args, task)
  }
}

function ownerOf(where: string, task: string | undefined): string {
  if (where === 'task') return task === undefined ? 'a task' : `task '${task}'`
  return task === undefined ? `\`${where}\`` : `\`${where}\` (task '${task}')`
}

function cureOf(where: string, meant: string | undefined, known: readonly string[]): string {
  if (meant !== undefined) return `Did you mean '${meant}'?`
  if (known.length > maxListed) return `The type declarations document the options of \`${where}\`.`
  return known.length === 0 ? 'It has no options.' : `Known options: ${known.join(', ')}.`
}

export function withTask(error: InvalidOptionError, task: string): InvalidOptionError {
  if (error instanceof UnknownOptionError) return error.ofTask(task)
  return new InvalidOptionError(error.option, error.expected, error.received, task)
}
