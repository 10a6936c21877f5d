/** Blocks of the event loop while one task had an active run. */
export interface BlockStats {
  blocks: number
  blockedMs: number
  activeMs: number
  /** Monotonic; `NaN` while idle. With `undefined`, V8 would create an object at each change. */
  activeSince: number
  endedMono: number
  /** How often the task became active. */
  spans: number
  /** When the task first ran, and the totals of the process at that time. */
  sinceMono: number
  sinceBlocks: number
  sinceBlockedMs: number
}
