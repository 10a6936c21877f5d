/** A small fault in the sources, which some test must notice. */
export interface Mutant {
  /** What is wrong with it. */
  readonly name: string
  /** Below `packages/core/src`. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** Test files or folders, below `packages/core`, of which one must fail. */
  readonly tests: readonly string[]
}
