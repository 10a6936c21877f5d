/** Says why it is correct that no test notices certain mutants of a line. */
export interface Explanation {
  readonly file: string
  /** The original lines, joined with single spaces. */
  readonly from: string
  readonly to: readonly string[]
  readonly why: string
}
