import { delayMs } from './backoff.ts'
import type { RestartPolicy } from './policy.ts'

/** How a policy behaves towards a loop that ends as soon as it begins. */
export interface RestartCurve {
  /** Waits before the first restarts, one more of them than the budget has, as long as they can be. */
  readonly delaysMs: readonly number[]
  /** From the first end to giving up, with the longest waits; `undefined` when those never exhaust the budget. */
  readonly timeToGiveUpMs: number | undefined
  /** Whether the budget can be exhausted at all: if not even the shortest waits do it, it is no budget. */
  readonly reachable: boolean
  /** A loop that lives longer than this each time is never given up; `undefined` when there is no such bound. */
  readonly longestLifeMs: number | undefined
}

/**
 * Works out what `explain()` says of a policy, and whether its budget is one.
 *
 * After `N` restarts the next one is refused if all of them lie within the window that ends with it. Waits never get
 * shorter, so what is not exhausted then never is.
 */
export function explainRestart(policy: RestartPolicy): RestartCurve {
  const { backoff, budget, stableAfterMs } = policy
  const delaysMs = Array.from({ length: budget.restarts + 1 }, (_, k) => delayMs(backoff, k, 0))
  if (policy.mode === 'never') {
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
