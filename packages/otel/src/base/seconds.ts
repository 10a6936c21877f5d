/**
 * Converts milliseconds to seconds for an attribute. The result has at most three decimals, because clocks measure
 * fractions of a millisecond.
 */
export function toSeconds(ms: number): number {
  return Math.round(ms) / 1000
}
