/** Rounds to three decimals, because clocks measure fractions of a millisecond. */
export function toSeconds(ms: number): number {
  return Math.round(ms) / 1000
}
