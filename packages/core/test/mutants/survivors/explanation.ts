/** Explains mutants of a line that no test can notice. */
export interface Explanation {
  readonly file: string
  /** The original lines, joined with single spaces. */
  readonly from: string
  readonly to: readonly string[]
  readonly why: string
}
