/** The default of `grace` for the rule `stale` and for external tasks: half a period, at least 30 s and at most 5 min. */
export function defaultGraceMs(periodMs = Number.POSITIVE_INFINITY): number {
  return Math.min(300_000, Math.max(30_000, periodMs / 2))
}
