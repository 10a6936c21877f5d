export class Violation extends Error {
  override readonly name = 'Violation'
  /** The number and name of the invariant, or only its name. */
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(message)
    this.invariant = invariant
  }
}

/** @throws {@link Violation} unless `condition` holds. */
export function must(
  condition: boolean,
  invariant: string,
  message: string | (() => string),
): asserts condition {
  if (!condition) throw new Violation(invariant, typeof message === 'string' ? message : message())
}
