import type { HrTime } from '@opentelemetry/api'

export function hrTimeOf(wallMs: number): HrTime {
  const seconds = Math.floor(wallMs / 1_000)
  return [seconds, Math.floor((wallMs - seconds * 1_000) * 1e6)]
}
