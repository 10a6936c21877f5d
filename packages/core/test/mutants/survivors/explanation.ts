/** Why no test notices certain mutants of a line, and why that is correct. */
export interface Explanation {
  /** Relative to `src`. */
  readonly file: string
  /** The mutated lines in the original, joined with single spaces. */
  readonly from: string
  /** The possible lines with a mutant. */
  readonly to: readonly string[]
  readonly why: string
}
