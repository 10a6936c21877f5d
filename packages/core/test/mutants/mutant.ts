export interface Mutant {
  readonly name: string
  /** Relative to `packages/core/src`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Test files or folders, relative to `packages/core`; one of them must fail. */
  readonly tests: readonly string[]
}
