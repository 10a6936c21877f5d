import type { Duration } from '../base/duration.ts'
import type { RestartCause } from '../base/words.ts'

/**
 * How long to wait before restart or retry `k` (0, 1, 2 …): `min(maxMs, initialMs · factor^k)`, shortened by
 * jitter.
 */
export interface Backoff {
  readonly initialMs: number
  readonly factor: number
  readonly maxMs: number
  /** Each wait is shortened by a random part of at most this ratio, 0 to 1. */
  readonly jitter: number
}

/** When a loop is restarted: after every end, after a failure only, or never. */
export type RestartMode = 'always' | 'on-failure' | 'never'

/**
 * What happens to a loop whose restart budget is exhausted:
 *
 * - `'park'`: the loop is retried at growing intervals.
 * - `'escalate'`: as `'stop'`, and the process is no longer live.
 * - `'stop'`: the loop is given up; only `restart()` starts the loop again.
 */
export type ExhaustionMode = 'park' | 'escalate' | 'stop'

export type GiveUpMode = Exclude<ExhaustionMode, 'park'>

/** Options of `always` and `onFailure`. */
export interface RestartOptions {
  /** The wait before each restart. @defaultValue `backoff.exponential()` */
  readonly backoff?: Backoff | undefined
  /** A run that lasted this long resets the backoff and the park interval. @defaultValue twice the longest backoff */
  readonly stableAfter?: Duration | undefined
  /** At most `restarts` in any window of `within`. @defaultValue `{ restarts: 10, within: '10m' }` */
  readonly budget?: { readonly restarts: number; readonly within: Duration } | undefined
  /** What happens once the budget is used up. @defaultValue `'park'` */
  readonly exhausted?: ExhaustionMode | undefined
  /**
   * The wait before the first retry of a parked loop; it doubles up to `max`.
   * @defaultValue `{ first: '1m', max: '15m' }`; a `first` above `'15m'` is also the default of `max`
   */
  readonly park?: { readonly first?: Duration | undefined; readonly max?: Duration | undefined } | undefined
  /**
   * Called at each end of the loop: `true` restarts the loop, `false` does not, `undefined` leaves it to the mode.
   * @defaultValue the mode decides
   */
  readonly when?:
    | ((end: { readonly cause: RestartCause; readonly error: Error | undefined }) => boolean | undefined)
    | undefined
}

/**
 * When and how often a loop is restarted. Made by `always`, `onFailure` and `never`, or written as an object.
 */
export interface RestartPolicy extends RestartOptions {
  readonly mode: RestartMode
}

/** A checked {@link RestartPolicy} with every default filled in. */
export interface ResolvedRestart {
  readonly mode: RestartMode
  readonly backoff: Backoff
  readonly stableAfterMs: number
  readonly budget: { readonly restarts: number; readonly withinMs: number }
  readonly exhausted: ExhaustionMode
  readonly park: { readonly firstMs: number; readonly maxMs: number }
  readonly when: RestartOptions['when']
}
