/** A required program is missing. The message says how to install it, or why it could not be built or fetched. */
export class MissingError extends Error {
  override readonly name = 'MissingError'
}
