import type { Backoff } from './policy.ts'

/**
 * Returns the wait before restart or retry `k`, in milliseconds. `k` counts from 0.
 *
 * @param jitterUnit - random number from 0 to just under 1; 0 gives the whole wait
 */
export function delayMs(
  { initialMs, factor, maxMs, jitter }: Backoff,
  k: number,
  jitterUnit: number,
): number {
  // For a large `k`, `factor ** k` is `Infinity`, and 0 · Infinity is NaN.
  const grown = initialMs === 0 ? 0 : initialMs * factor ** k
  return Math.min(maxMs, grown) * (1 - jitter * jitterUnit)
}
