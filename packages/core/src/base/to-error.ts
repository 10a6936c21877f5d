import { types } from 'node:util'
import { recordError } from './error-record.ts'
import { NotAnErrorError } from './errors.ts'

/** How many levels of `cause` are copied if an error is only partly readable. */
const maxCauses = 5

/**
 * Returns an error that loggers and adapters can read safely. Never throws. Returns `thrown` itself if it is an Error
 * (of any realm) and its standard properties can be read. If some can't be read, returns a new error with the others.
 * For any other value, returns a {@link NotAnErrorError}.
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
    return false // a revoked proxy, or a proxy whose traps throw
  }
}

/**
 * Whether the standard properties of the error can be read and turned into text. A getter may throw, and a symbol or an
 * object as the message may break the code that prints it.
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

/** Returns a new error with those standard properties of `error` that can be read. */
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
    // Reading the cause threw. Other properties may still be readable.
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
    // Reading the members threw, so the copy has none.
  }
  return copy
}

/** Defines a property that is not enumerable, like the `stack` of an error. */
function define(copy: Error, key: string, value: unknown): void {
  Object.defineProperty(copy, key, { value, writable: true, configurable: true })
}
