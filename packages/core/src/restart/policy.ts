import type { Duration } from '../base/duration.ts'
import type { RestartCause } from '../base/words.ts'

/**
 * Defines the waits before restarts or retries. Wait number `k` (0, 1, 2 …) is `min(maxMs, initialMs · factor^k)`.
 * Jitter shortens each wait by a random part.
 */
export interface Backoff {
  readonly initialMs: number
  readonly factor: number
  readonly maxMs: number
  /** Shortens each wait at random. With `0.2`, a wait is shortened by 0 to 20 %. Allowed values: 0 to 1. */
  readonly jitter: number
}

/** When a loop is restarted: after every run, after every run except one that returned, or never. */
export type RestartMode = 'always' | 'on-failure' | 'never'

/**
 * What happens to a loop that has used up its restart budget:
 *
 * - `'park'`: the supervisor retries the loop at growing intervals. With a budget of 0 restarts, this is the same as
 *   `'stop'`.
 * - `'escalate'`: the loop is not retried, and the liveness probe of the process fails, unless the task has
 *   `liveness: false`. Only `restart()` starts the loop again.
 * - `'stop'`: the loop is not retried. Only `restart()` starts the loop again.
 */
export type ExhaustionMode = 'park' | 'escalate' | 'stop'

export type GiveUpMode = Exclude<ExhaustionMode, 'park'>

/** Options of `always` and `onFailure`. */
export interface RestartOptions {
  /** How long to wait before each restart. @defaultValue `backoff.exponential()` */
  readonly backoff?: Backoff | undefined
  /**
   * After a run that lasted this long, the backoff and the park interval start again with their first values. If the
   * run is up, it also ends the series of failures in `metrics().consecutiveFailures`.
   * @defaultValue twice the longest backoff
   */
  readonly stableAfter?: Duration | undefined
  /**
   * The restart budget: at most `restarts` restarts in any period of length `within`. Calls of `restart()` do not
   * count. With `restarts: 0`, a loop is given up instead of restarted.
   * @defaultValue `{ restarts: 10, within: '10m' }`
   */
  readonly budget?: { readonly restarts: number; readonly within: Duration } | undefined
  /**
   * What happens when the restart budget is used up. `'park'`: the loop is retried at growing intervals.
   * `'escalate'`: the loop is not retried, and the liveness probe fails, unless the task has `liveness: false`.
   * `'stop'`: the loop is not retried.
   * @defaultValue `'park'`
   */
  readonly exhausted?: ExhaustionMode | undefined
  /**
   * How long a parked loop waits before it is retried. The first wait is `first`. Each further wait is twice as long,
   * but at most `max`. If the restart budget allows no restart at that time, the loop waits until the budget
   * allows it.
   * @defaultValue `{ first: '1m', max: '15m' }`; if `first` is longer than `'15m'`, the default of `max` is `first`
   */
  readonly park?: { readonly first?: Duration | undefined; readonly max?: Duration | undefined } | undefined
  /**
   * A function that is called when the function of the loop has ended. If it returns `true`, the loop is restarted
   * within its budget. With `false`, it is not. With `undefined`, the restart mode (`always` or `onFailure`) decides.
   * If the function throws or returns another value, this is written to the console, and the mode decides. The
   * result is ignored if `restart()`, a pause or a stop has aborted the run.
   * @defaultValue none: the restart mode decides
   */
  readonly when?:
    | ((end: { readonly cause: RestartCause; readonly error: Error | undefined }) => boolean | undefined)
    | undefined
}

/**
 * When and how often a loop is restarted. Create it with `always`, `onFailure` or `never`, or write it as an object.
 */
export interface RestartPolicy extends RestartOptions {
  readonly mode: RestartMode
}

export interface ResolvedRestart {
  readonly mode: RestartMode
  readonly backoff: Backoff
  readonly stableAfterMs: number
  readonly budget: { readonly restarts: number; readonly withinMs: number }
  readonly exhausted: ExhaustionMode
  readonly park: { readonly firstMs: number; readonly maxMs: number }
  readonly when: RestartOptions['when']
}
