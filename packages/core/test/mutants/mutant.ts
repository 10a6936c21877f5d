export interface Mutant {
  readonly name: string
  /** The path below `packages/core/src`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Test files or folders, relative to `packages/core`. At least one of them must fail. */
  readonly tests: readonly string[]
}
