const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** Uses the largest unit that is exact: `90s`, `5m`, `1.5ms`. */
export function durationText(ms: number): string {
  for (const [unit, unitMs] of units) {
    if (ms >= unitMs && ms % unitMs === 0) return `${ms / unitMs}${unit}`
  }
  return `${ms}ms`
}
