import type { Backoff } from './policy.ts'

/**
 * The wait before restart or retry `k` (from 0), in milliseconds.
 *
 * @param jitterUnit - random, from 0 (the whole wait) to just under 1
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
