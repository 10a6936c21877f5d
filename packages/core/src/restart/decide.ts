import type { RestartCause } from '../base/words.ts'
import { delayMs } from './delay.ts'
import { isFinal } from './exhaustion.ts'
import { allowedFrom, type RestartLedger } from './ledger.ts'
import { modeTable } from './mode-table.ts'
import type { GiveUpMode, ResolvedRestart } from './policy.ts'

/** How a run of a loop ended. All times are monotonic, in milliseconds. */
export interface RestartEnd {
  readonly cause: RestartCause
  readonly ranMs: number
  readonly now: number
  /** Random number from 0 to just under 1. Decides how much jitter shortens the backoff. */
  readonly jitterUnit: number
  readonly predicateSaid: boolean | undefined
  readonly trial: boolean
}

export type RestartDecision =
  /** `streak`: the number of consecutive restarts before this restart. */
  | { readonly kind: 'restart'; readonly dueAt: number; readonly delayMs: number; readonly streak: number }
  /**
   * `parks`: how often the loop was parked since the last stable run, `restart()` or `resume()`, including this time.
   */
  | { readonly kind: 'park'; readonly trialAt: number; readonly parks: number }
  | { readonly kind: 'give-up'; readonly how: GiveUpMode }
  | { readonly kind: 'finish' }

/**
 * Decides what happens after a run of a loop, and changes `ledger`. When the restart happens, the caller must call
 * `recordRestart`.
 */
export function decideRestart(
  policy: ResolvedRestart,
  ledger: RestartLedger,
  end: RestartEnd,
): RestartDecision {
  if (!restartsAfter(policy, end))
    return end.cause === 'returned' ? { kind: 'finish' } : { kind: 'give-up', how: 'stop' }

  const wasStable = end.ranMs >= policy.stableAfterMs
  if (wasStable) {
    ledger.streak = 0
    ledger.parks = 0
  }
  const wait = delayMs(policy.backoff, ledger.streak, end.jitterUnit)
  const dueAt = end.now + wait
  const hasFailedTrial = end.trial && !wasStable
  if (!hasFailedTrial && allowedFrom(policy, ledger, dueAt) === dueAt) {
    return { kind: 'restart', dueAt, delayMs: wait, streak: ledger.streak }
  }
  return onExhausted(policy, ledger, end.now)
}

function restartsAfter({ mode }: ResolvedRestart, { predicateSaid, cause }: RestartEnd): boolean {
  if (predicateSaid !== undefined) return predicateSaid
  if (cause === 'manual') return true
  const { afterReturn, afterFailure } = modeTable[mode]
  return cause === 'returned' ? afterReturn : afterFailure
}

function onExhausted(policy: ResolvedRestart, ledger: RestartLedger, now: number): RestartDecision {
  const { firstMs, maxMs } = policy.park
  if (isFinal(policy.exhausted)) return { kind: 'give-up', how: policy.exhausted }
  const trialAt = allowedFrom(policy, ledger, now + Math.min(maxMs, firstMs * 2 ** ledger.parks))
  // With a budget of 0 restarts, a parked loop could never be tried again. Therefore the loop is given up.
  if (trialAt === Number.POSITIVE_INFINITY) return { kind: 'give-up', how: 'stop' }
  ledger.parks += 1
  return { kind: 'park', trialAt, parks: ledger.parks }
}
