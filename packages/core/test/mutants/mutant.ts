export interface Mutant {
  readonly name: string
  /** Relative to `packages/core/src`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Files or folders, relative to `packages/core`. At least one test must fail. */
  readonly tests: readonly string[]
}
