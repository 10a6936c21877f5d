import type { Duration } from '../base/duration.ts'
import type { RestartCause } from '../base/words.ts'

/** How long to wait before restart `k` (0, 1, 2 …): `min(max, initial · factor^k)`, moved down by at most `jitter` of it. */
export interface Backoff {
  readonly initialMs: number
  readonly factor: number
  readonly maxMs: number
  /** Share from 0 to 1. Only downward, so `maxMs` is a true bound. */
  readonly jitter: number
}

/** Whether, when and how often a loop is started again. Made by `always`, `onFailure` and `never`. */
export interface RestartPolicy {
  readonly mode: 'always' | 'on-failure' | 'never'
  readonly backoff: Backoff
  /** A generation that ran so long was good: the backoff starts afresh, and a parked task is given its trust back. */
  readonly stableAfterMs: number
  /** At most `restarts` in any window of `withinMs`. */
  readonly budget: { readonly restarts: number; readonly withinMs: number }
  /** What happens when the budget is exhausted. */
  readonly exhausted: 'park' | 'escalate' | 'stop'
  /** Wait before the first trial of a parked task, doubling up to the second. */
  readonly park: { readonly firstMs: number; readonly maxMs: number }
  /** Called with what ended the loop: `true` restarts whatever the mode says, `false` never does. */
  readonly when:
    | ((end: { readonly cause: RestartCause; readonly error: Error | undefined }) => boolean | undefined)
    | undefined
}

/** Options of `always` and `onFailure`. */
export interface RestartOptions {
  /** @defaultValue `exponential()` */
  readonly backoff?: Backoff | undefined
  /** @defaultValue twice the longest backoff */
  readonly stableAfter?: Duration | undefined
  /** @defaultValue `{ restarts: 10, within: '10m' }` */
  readonly budget?: { readonly restarts: number; readonly within: Duration } | undefined
  /** @defaultValue `'park'` */
  readonly exhausted?: 'park' | 'escalate' | 'stop' | undefined
  /** @defaultValue `{ first: '1m', max: '15m' }` */
  readonly park?: { readonly first?: Duration | undefined; readonly max?: Duration | undefined } | undefined
  readonly when?: RestartPolicy['when']
}
