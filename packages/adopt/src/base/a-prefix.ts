import { takes } from '@runwell/core/adapter'

/** Checks the option `prefix` of a web framework: `'/health'` serves `/health/livez`. */
export const aPrefix = takes<string>(
  "a path such as '/health'",
  (value) => typeof value === 'string' && /^(\/[^/?#]+)*\/?$/.test(value),
)

export function prefixOf(prefix: string | undefined): string {
  return (prefix ?? '').replace(/\/$/, '')
}
