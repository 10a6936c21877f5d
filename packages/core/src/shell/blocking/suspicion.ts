export interface AllBlocks {
  readonly blocks: number
  readonly blockedMs: number
  /** How long blocks have been counted. Includes the time of the blocks themselves. */
  readonly totalMs: number
}

export interface Activity {
  readonly blocks: number
  readonly blockedMs: number
  readonly activeMs: number
  readonly spans: number
}

export interface Suspicion {
  readonly blocks: number
  /** Blocked time per second with an active run, divided by blocked time per second without an active run. */
  readonly score: number
  /** Likelihood ratio: how well the task explains the blocks, compared with chance. */
  readonly odds: number
}

const minBlocks = 5
const minScore = 3
/** A task is named as the cause only if it has no active run for at least this share of the time. */
const minIdleRatio = 0.1
/**
 * A task is named as the cause only if `odds` is at least this value multiplied by the number of tasks that have run.
 */
const minOdds = 50
/** The start of a block is known only to within 25 ms. Therefore each period of activity counts as 12.5 ms longer. */
const blurMs = 12.5

/**
 * Returns the evidence that the task causes the blocks, or `undefined` if the task may have been active during the
 * blocks by chance. Also returns `undefined` if the task is almost always active, or was active during less than half
 * of the blocks.
 */
export function suspicionOf(task: Activity, all: AllBlocks): Suspicion | undefined {
  const { blocks, blockedMs } = task
  const freeMs = all.totalMs - all.blockedMs
  const activeMs = task.activeMs - blockedMs + task.spans * blurMs
  const activeRatio = Math.min(0.999, Math.max(0.01, activeMs / freeMs))
  const odds = Math.exp(Math.min(700, logOdds(blocks, all.blocks, activeRatio)))
  if (odds < minOdds || 1 - activeRatio < minIdleRatio || blocks < all.blocks / 2) return undefined
  // Prevents an infinite score if the task was active during all blocks.
  const idleBlockedMs = Math.max(all.blockedMs - blockedMs, (blockedMs / blocks) * 0.5)
  return { blocks, odds, score: blockedMs / activeRatio / (idleBlockedMs / (1 - activeRatio)) }
}

/**
 * Returns `undefined` if a second task has the same number of blocks.
 * @param known - the number of tasks that have run
 */
export function mainSuspect<S extends Suspicion>(suspicions: readonly S[], known: number): S | undefined {
  const [best, rival] = [...suspicions].sort((a, b) => b.blocks - a.blocks)
  if (best === undefined || (rival !== undefined && rival.blocks === best.blocks)) return undefined
  const isNamed = best.blocks >= minBlocks && best.score >= minScore && best.odds >= minOdds * known
  return isNamed ? best : undefined
}

function logOdds(blocks: number, all: number, activeRatio: number): number {
  const blockRatio = Math.min(0.98, blocks / all)
  if (blockRatio <= activeRatio) return 0
  const active = blocks * Math.log(blockRatio / activeRatio)
  return active + (all - blocks) * Math.log((1 - blockRatio) / (1 - activeRatio))
}
