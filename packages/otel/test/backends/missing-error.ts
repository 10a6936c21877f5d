/** A required program is missing. The message explains how to install it. */
export class MissingError extends Error {
  override readonly name = 'MissingError'
}
