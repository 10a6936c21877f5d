/** Why mutants of a line that Stryker makes are noticed by nobody, and why that is right. */
export interface Explanation {
  /** Below `src`. */
  readonly file: string
  /** The lines that the mutants change, joined, with one blank for each space between words. */
  readonly from: string
  /** What became of them: one of these. */
  readonly to: readonly string[]
  readonly why: string
}
