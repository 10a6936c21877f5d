/** How often and how long the event loop was blocked, and within which time. */
export interface AllBlocks {
  readonly blocks: number
  readonly blockedMs: number
  /** The time in which they were counted, blocks included. */
  readonly totalMs: number
}

/** The blocks while one task was active, and how long it was active. */
export interface Activity {
  readonly blocks: number
  readonly blockedMs: number
  readonly activeMs: number
  /** How often it became active. */
  readonly spans: number
}

/** The evidence that a task blocks the event loop. */
export interface Suspicion {
  readonly blocks: number
  /** Blocked time per second while the task is active, divided by blocked time per second while it is idle. */
  readonly score: number
  /** How many times likelier the blocks are if the task causes them than if it is only active by chance. */
  readonly odds: number
}

/** With fewer blocks than this no task is named. */
const minBlocks = 5
const minScore = 3
/** If a task is idle for less than this part of the time, it can't be distinguished from the rest of the process. */
const minIdleRatio = 0.1
/**
 * With lower odds a task is not suspicious. To be named as the cause, it needs odds of this value times the number
 * of tasks.
 */
const minOdds = 50
/**
 * The start of a block is known with a precision of one probe (25 ms). A task that became idle within that time counts
 * as active. So half of that time, the average, is added to each span.
 */
const blurMs = 12.5

/** The evidence against a task; `undefined` if it may be chance. */
export function suspicionOf(task: Activity, all: AllBlocks): Suspicion | undefined {
  const { blocks, blockedMs } = task
  const freeMs = all.totalMs - all.blockedMs
  const activeMs = task.activeMs - blockedMs + task.spans * blurMs
  const activeRatio = Math.min(0.999, Math.max(0.01, activeMs / freeMs))
  const odds = Math.exp(Math.min(700, logOdds(blocks, all.blocks, activeRatio)))
  if (odds < minOdds || 1 - activeRatio < minIdleRatio || blocks < all.blocks / 2) return undefined
  // At least half a block counts for the idle time. Otherwise the score of a task that was active at all blocks would
  // be infinite.
  const idleBlockedMs = Math.max(all.blockedMs - blockedMs, (blockedMs / blocks) * 0.5)
  return { blocks, odds, score: blockedMs / activeRatio / (idleBlockedMs / (1 - activeRatio)) }
}

/**
 * The suspicion that is strong enough to name its task; `undefined` if none is. Tasks that are always active together
 * can't be distinguished. So a task is named only if it was active at more blocks than any other suspicious task.
 *
 * @param known - the number of tasks that have run. The more there are, the higher the odds must be
 */
export function mainSuspect<S extends Suspicion>(suspicions: readonly S[], known: number): S | undefined {
  const [best, rival] = [...suspicions].sort((a, b) => b.blocks - a.blocks)
  if (best === undefined || (rival !== undefined && rival.blocks === best.blocks)) return undefined
  const isNamed = best.blocks >= minBlocks && best.score >= minScore && best.odds >= minOdds * known
  return isNamed ? best : undefined
}

/** The logarithm of the odds that the task causes its part of all blocks. */
function logOdds(blocks: number, all: number, activeRatio: number): number {
  const blockRatio = Math.min(0.98, blocks / all)
  if (blockRatio <= activeRatio) return 0
  const active = blocks * Math.log(blockRatio / activeRatio)
  return active + (all - blocks) * Math.log((1 - blockRatio) / (1 - activeRatio))
}
