/** How often, and for how long, the event loop was blocked while one task had an active run. */
export interface BlockStats {
  blocks: number
  blockedMs: number
  activeMs: number
  /** Monotonic; `NaN` while the task is idle. Always a number, so that V8 does not create an object at each change. */
  activeSince: number
  endedMono: number
  /** How often the task became active. */
  spans: number
  /**
   * When the task first ran, and the totals of the process at that time. Earlier blocks are not compared with this
   * task.
   */
  sinceMono: number
  sinceBlocks: number
  sinceBlockedMs: number
}
