import type { Backoff } from './policy.ts'

/** Further attempts within one run. */
export interface RetryPolicy {
  /** Attempts after the first, 1 to 100. */
  readonly times: number
  /** @defaultValue `exponential()` */
  readonly backoff?: Backoff | undefined
}
