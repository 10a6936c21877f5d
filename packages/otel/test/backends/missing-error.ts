/** A required program is missing. The message says how to install it, or why it can't be built. */
export class MissingError extends Error {
  override readonly name = 'MissingError'
}
