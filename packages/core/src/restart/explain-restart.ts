import { delayMs } from './delay.ts'
import { modeTable } from './mode-table.ts'
import type { ResolvedRestart } from './policy.ts'

/** Describes the restarts of a loop whose runs all end immediately. */
export interface RestartCurve {
  /**
   * The longest possible waits before each restart, up to the first restart that exceeds the budget. Empty for the
   * mode `never`.
   */
  readonly delaysMs: readonly number[]
  /**
   * The time until the budget is used up, if every wait has its longest possible length. `undefined` if these waits
   * never use up the budget.
   */
  readonly timeToGiveUpMs: number | undefined
  /**
   * False if the budget can never be used up, even with the shortest possible waits. Always true for the mode
   * `never`, which has no waits.
   */
  readonly reachable: boolean
}

/**
 * The first `restarts + 1` waits decide whether the budget can be used up, because no later wait is shorter than
 * these.
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
