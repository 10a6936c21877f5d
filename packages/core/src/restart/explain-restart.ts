import { delayMs } from './delay.ts'
import { modeTable } from './mode-table.ts'
import type { ResolvedRestart } from './policy.ts'

/** Describes the restarts of a loop whose runs all end immediately. */
export interface RestartCurve {
  /** The longest possible waits before each restart, up to the first restart that exceeds the budget. */
  readonly delaysMs: readonly number[]
  /** The time until the budget is used up, if every wait has its longest possible length. */
  readonly timeToGiveUpMs: number | undefined
  /** False if the budget can never be used up, even with the shortest possible waits. */
  readonly reachable: boolean
  /** A loop uses up its budget if its runs are always shorter than this. */
  readonly longestLifeMs: number | undefined
}

/** The first `restarts + 1` waits decide whether the budget can be used up, because later waits are never shorter. */
export function explainRestart(policy: ResolvedRestart): RestartCurve {
  const { backoff, budget, stableAfterMs } = policy
  const delaysMs = Array.from({ length: budget.restarts + 1 }, (_, k) => delayMs(backoff, k, 0))
  if (!modeTable[policy.mode].afterFailure) {
    return { delaysMs: [], timeToGiveUpMs: undefined, reachable: true, longestLifeMs: undefined }
  }
  const waited = sum(delaysMs.slice(1))
  const isCertain = waited <= budget.withinMs
  const spare = (budget.withinMs - waited) / budget.restarts
  return {
    delaysMs,
    timeToGiveUpMs: isCertain ? sum(delaysMs.slice(0, -1)) : undefined,
    reachable: isCertain || waited * (1 - backoff.jitter) < budget.withinMs,
    longestLifeMs: isCertain && budget.restarts > 0 ? Math.min(spare, stableAfterMs) : undefined,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
