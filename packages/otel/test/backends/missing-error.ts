/** Something is not here, and could not be had. The message says how to get it. */
export class MissingError extends Error {
  override readonly name = 'MissingError'
}
