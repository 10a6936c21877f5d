/** Why no test notices certain mutants of a line, and why that is correct. */
export interface Explanation {
  /** Relative to `src`. */
  readonly file: string
  /** The original lines in which the mutants change something, joined with single spaces. */
  readonly from: string
  /** The same lines with each of the mutants. */
  readonly to: readonly string[]
  readonly why: string
}
