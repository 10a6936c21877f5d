import type { RestartCause } from '../base/words.ts'
import { delayMs } from './backoff.ts'
import { allowedFrom, type RestartLedger } from './ledger.ts'
import type { RestartPolicy } from './policy.ts'

/** What is known when a generation of a loop has ended. Instants are monotonic milliseconds. */
export interface RestartEnd {
  readonly cause: RestartCause
  /** How long the generation lived. */
  readonly ranMs: number
  readonly now: number
  /** What chance says of the backoff, from 0 to just under 1. */
  readonly jitterUnit: number
  /** What the policy's `when` said. */
  readonly predicateSaid: boolean | undefined
  /** The generation was the trial of a parked task. */
  readonly trial: boolean
}

export type RestartDecision =
  /** `streak`: restarts in a row before this one. */
  | { readonly kind: 'restart'; readonly dueAt: number; readonly delayMs: number; readonly streak: number }
  /** Given up for now; `parks` is 1 for the first time, and one more for each trial that failed. */
  | { readonly kind: 'park'; readonly trialAt: number; readonly parks: number }
  /** Given up for good, and the process should know. */
  | { readonly kind: 'escalate' }
  /** Given up for good. */
  | { readonly kind: 'stop' }
  /** It returned, and that was all it had to do. */
  | { readonly kind: 'finish' }

/**
 * What follows the end of a generation of a loop. Changes `ledger` in place; the restart itself is recorded by
 * `recordRestart` when it happens, which may be later than `dueAt` and never earlier.
 *
 * A restart asked for by hand happens whatever the mode says. A trial that was no good generation is no reason to try
 * at once: the task is parked again, for twice as long.
 */
export function decideRestart(
  policy: RestartPolicy,
  ledger: RestartLedger,
  end: RestartEnd,
): RestartDecision {
  if (!isWanted(policy, end)) return { kind: end.cause === 'returned' ? 'finish' : 'stop' }

  const wasGood = end.ranMs >= policy.stableAfterMs
  if (wasGood) {
    ledger.streak = 0
    ledger.parks = 0
  }
  const wait = delayMs(policy.backoff, ledger.streak, end.jitterUnit)
  const dueAt = end.now + wait
  const hasFailedTrial = end.trial && !wasGood
  if (!hasFailedTrial && allowedFrom(policy, ledger, dueAt) === dueAt) {
    return { kind: 'restart', dueAt, delayMs: wait, streak: ledger.streak }
  }
  return exhausted(policy, ledger, end.now)
}

function isWanted({ mode }: RestartPolicy, { predicateSaid, cause }: RestartEnd): boolean {
  if (predicateSaid !== undefined) return predicateSaid
  if (cause === 'manual') return true
  return mode === 'always' || (mode === 'on-failure' && cause !== 'returned')
}

function exhausted(policy: RestartPolicy, ledger: RestartLedger, now: number): RestartDecision {
  const { firstMs, maxMs } = policy.park
  if (policy.exhausted !== 'park') return { kind: policy.exhausted }
  const trialAt = allowedFrom(policy, ledger, now + Math.min(maxMs, firstMs * 2 ** ledger.parks))
  // A budget of no restarts has no room for a trial either, ever.
  if (trialAt === Number.POSITIVE_INFINITY) return { kind: 'stop' }
  ledger.parks += 1
  return { kind: 'park', trialAt, parks: ledger.parks }
}
