import { NotAnErrorError } from './errors.ts'

/**
 * Returns `thrown` if it is an Error (of any realm) whose properties can be read, else a {@link NotAnErrorError}. So loggers
 * and adapters can read it safely. Never throws.
 */
export function toError(thrown: unknown): Error {
  try {
    if (isError(thrown) && isReadable(thrown)) return thrown
  } catch {
    // A revoked proxy, a proxy whose traps throw, or a getter that throws.
  }
  return new NotAnErrorError(thrown)
}

function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]'
}

/** Throws or returns `false` if a logger or an adapter could not read the error. */
function isReadable(error: Error): boolean {
  const read = [error.name, error.message, error.stack, error.cause, error.constructor]
  return read.every((value) => typeof value !== 'symbol')
}
