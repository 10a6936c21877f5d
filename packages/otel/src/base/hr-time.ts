import type { HrTime } from '@opentelemetry/api'

/**
 * Converts wall time in milliseconds to the format of spans and log records. Both use the times that core has measured,
 * so that they agree with the history and the metrics.
 */
export function hrTimeOf(wallMs: number): HrTime {
  const seconds = Math.floor(wallMs / 1_000)
  return [seconds, Math.floor((wallMs - seconds * 1_000) * 1e6)]
}
