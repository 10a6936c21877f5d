/** Why it is correct that no test notices certain mutants of a line. */
export interface Explanation {
  /** Relative to `src`. */
  readonly file: string
  /** The original lines, joined with single spaces. */
  readonly from: string
  readonly to: readonly string[]
  readonly why: string
}
