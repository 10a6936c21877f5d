import { types } from 'node:util'
import { recordError } from './error-record.ts'
import { NotAnErrorError } from './errors.ts'

/** An error that can't be read completely is copied, with this many levels of `cause`. */
const maxCauses = 5

/**
 * Returns `thrown` if it is an error that can be read safely. In all other cases, returns a new error that describes
 * `thrown`. Never throws.
 */
export function toError(thrown: unknown, depth = 0): Error {
  if (!isError(thrown)) return new NotAnErrorError(thrown)
  return isReadable(thrown) ? thrown : copyOf(thrown, depth)
}

function isError(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true
  try {
    return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]'
  } catch {
    return false // The value is a proxy that throws.
  }
}

/**
 * False if a getter of the error throws. Also false if, for example, the message is a symbol: code that prints the
 * error could break.
 */
function isReadable(error: Error): boolean {
  try {
    const texts: unknown[] = [error.name, error.message, error.stack]
    const others: unknown[] = [error.cause, error.constructor, (error as { errors?: unknown }).errors]
    return texts.every(isHarmless) && others.every((value) => typeof value !== 'symbol')
  } catch {
    return false
  }
}

function isHarmless(text: unknown): boolean {
  return text === null || !['symbol', 'object', 'function'].includes(typeof text)
}

function copyOf(error: Error, depth: number): Error {
  const { name, message, stack = `${name}: ${message}` } = recordError(error)
  const copy = new Error(message)
  define(copy, 'name', name)
  define(copy, 'stack', stack)
  try {
    const { cause } = error
    if (cause !== undefined && depth < maxCauses)
      define(copy, 'cause', isError(cause) ? toError(cause, depth + 1) : cause)
  } catch {
    // The getter `cause` threw.
  }
  try {
    const { errors } = error as { errors?: unknown }
    if (Array.isArray(errors) && depth < maxCauses)
      define(
        copy,
        'errors',
        [...errors].map((each) => (isError(each) ? toError(each, depth + 1) : each)),
      )
  } catch {
    // The getter `errors` threw.
  }
  return copy
}

function define(copy: Error, key: string, value: unknown): void {
  Object.defineProperty(copy, key, { value, writable: true, configurable: true })
}
