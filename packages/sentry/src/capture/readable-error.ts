import { errorName } from '@runwell/core/adapter'

/**
 * `isReadable` checks at most this number of errors: the error itself, its causes and its member errors. Sentry's SDK
 * reads fewer errors.
 */
const maxErrors = 20

/**
 * Returns a plain copy if Sentry's SDK can't read the error. The SDK would lose the event if a getter of the error
 * threw.
 */
export function readableError(error: Error): Error {
  try {
    if (isReadable(error, new Set())) return error
  } catch {
    // A getter or a proxy has thrown.
  }
  const copy = new Error(text(error, 'message') ?? '(its message could not be read)')
  const name = errorName(error)
  define(copy, 'name', name)
  define(copy, 'stack', text(error, 'stack') ?? `${name}: ${copy.message}`)
  return copy
}

/**
 * Copies an error. Defines the properties, because an assignment throws if the class of the error has only a getter.
 */
export function copyError(error: Error): Error {
  const copy = new Error(error.message, { cause: error.cause })
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error))
  define(copy, 'name', error.name)
  define(copy, 'stack', error.stack ?? `${error.name}: ${error.message}`)
  if (error instanceof AggregateError) define(copy, 'errors', error.errors)
  return copy
}

function isReadable(error: unknown, seen: Set<unknown>): boolean {
  if (!(error instanceof Error) || seen.has(error) || seen.size === maxErrors) return true
  seen.add(error)
  const { name, message, stack, cause } = error
  const texts = [name, message, stack ?? ''].every((value) => typeof value === 'string')
  const { errors, error: inner, suppressed } = error as Partial<AggregateError & SuppressedErrorLike>
  const members = Array.isArray(errors) ? errors.slice(0, maxErrors) : []
  const others = [cause, inner, suppressed, ...members]
  return texts && typeof error.constructor !== 'symbol' && others.every((other) => isReadable(other, seen))
}

/** Older versions of Node have no `SuppressedError`. */
interface SuppressedErrorLike {
  readonly error: unknown
  readonly suppressed: unknown
}

function text(error: Error, key: 'message' | 'stack'): string | undefined {
  try {
    const value: unknown = error[key]
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true })
}
