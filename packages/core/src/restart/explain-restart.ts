import { delayMs } from './delay.ts'
import { modeTable } from './mode-table.ts'
import type { ResolvedRestart } from './policy.ts'

/** How a policy treats a loop that ends as soon as it starts. */
export interface RestartCurve {
  /** The longest possible wait before each restart that the budget allows, and before the next one. */
  readonly delaysMs: readonly number[]
  /**
   * The time from the first end until the budget is exhausted, with the longest waits; `undefined` if these never
   * exhaust it.
   */
  readonly timeToGiveUpMs: number | undefined
  /** Whether the budget can be exhausted, at least with the shortest waits. Otherwise the budget has no effect. */
  readonly reachable: boolean
}

/**
 * Computes what `explain()` reports about a policy.
 *
 * A budget of `N` refuses a restart if the window that ends at this restart already contains `N` restarts. Waits never
 * get shorter. So if the first `N + 1` restarts don't exhaust the budget, later ones don't either.
 */
export function explainRestart(policy: ResolvedRestart): RestartCurve {
  const { backoff, budget } = policy
  const delaysMs = Array.from({ length: budget.restarts + 1 }, (_, k) => delayMs(backoff, k, 0))
  if (!modeTable[policy.mode].afterFailure) {
    return { delaysMs: [], timeToGiveUpMs: undefined, reachable: true }
  }
  const waited = sum(delaysMs.slice(1))
  const isCertain = waited <= budget.withinMs
  return {
    delaysMs,
    timeToGiveUpMs: isCertain ? sum(delaysMs.slice(0, -1)) : undefined,
    reachable: isCertain || waited * (1 - backoff.jitter) < budget.withinMs,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
