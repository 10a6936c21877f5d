/** Rounds to whole milliseconds, because clocks also measure fractions of a millisecond. */
export function toSeconds(ms: number): number {
  return Math.round(ms) / 1000
}
