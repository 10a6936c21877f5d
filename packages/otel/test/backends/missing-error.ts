export class MissingError extends Error {
  override readonly name = 'MissingError'
}
