/** Converts milliseconds to seconds for an attribute, rounded to the millisecond: clocks measure fractions of them. */
export function toSeconds(ms: number): number {
  return Math.round(ms) / 1000
}
