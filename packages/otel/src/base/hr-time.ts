import type { HrTime } from '@opentelemetry/api'

/**
 * Converts wall time to the format of spans and log records. Both use the times that core measured, so that they agree
 * with history and metrics.
 */
export function hrTimeOf(wallMs: number): HrTime {
  const seconds = Math.floor(wallMs / 1_000)
  return [seconds, Math.floor((wallMs - seconds * 1_000) * 1e6)]
}
