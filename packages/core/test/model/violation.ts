export class Violation extends Error {
  override readonly name = 'Violation'
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(message)
    this.invariant = invariant
  }
}

export function must(
  condition: boolean,
  invariant: string,
  message: string | (() => string),
): asserts condition {
  if (!condition) throw new Violation(invariant, typeof message === 'string' ? message : message())
}
