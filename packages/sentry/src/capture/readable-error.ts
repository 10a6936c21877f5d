import { errorName } from '@runwell/core/adapter'

/** Sentry's SDK reads fewer causes and members of an error, so `isReadable` checks no more. */
const maxErrors = 20

/**
 * Returns `error` itself if it can be read with its causes and members, else a copy with the name, message and stack
 * that can be read. Sentry's SDK reads an error outside of any `try`, so a getter that throws would lose the event.
 * `flush` would then wait until its timeout.
 */
export function readableError(error: Error): Error {
  try {
    if (isReadable(error, new Set())) return error
  } catch {
    // A getter or a proxy that throws.
  }
  const copy = new Error(text(error, 'message') ?? '(its message could not be read)')
  const name = errorName(error)
  define(copy, 'name', name)
  define(copy, 'stack', text(error, 'stack') ?? `${name}: ${copy.message}`)
  return copy
}

/**
 * Copies an error: Sentry ignores an error object that it has captured before, but a task may throw the same object
 * again. Name and stack are defined as properties, because an assignment throws if the class of the error has getters
 * for them.
 */
export function copyError(error: Error): Error {
  const copy = new Error(error.message, { cause: error.cause })
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error))
  define(copy, 'name', error.name)
  define(copy, 'stack', error.stack ?? `${error.name}: ${error.message}`)
  if (error instanceof AggregateError) define(copy, 'errors', error.errors)
  return copy
}

/** Throws or returns `false` if Sentry's SDK can't read the error. */
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

/** What `SuppressedError` of newer versions of Node has. */
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
