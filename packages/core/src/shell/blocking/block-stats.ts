/** Counts the blocks of the event loop during the runs of one task. */
export interface BlockStats {
  blocks: number
  blockedMs: number
  activeMs: number
  /**
   * Monotonic time since which the task has had an active run. `NaN` if no run is active: `undefined` would make runs
   * slower.
   */
  activeSince: number
  endedMono: number
  /** The number of periods in which the task had an active run. */
  spans: number
  /**
   * Monotonic time from which the blocks are counted. `sinceBlocks` and `sinceBlockedMs` are the totals of the
   * process at that time.
   */
  sinceMono: number
  sinceBlocks: number
  sinceBlockedMs: number
}
