/**
 * Converts milliseconds to seconds for an attribute. Rounds to milliseconds, because clocks measure fractions of them.
 */
export function toSeconds(ms: number): number {
  return Math.round(ms) / 1000
}
