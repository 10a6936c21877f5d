import { takes } from '@runwell/core/adapter'

/** The prefix of the paths of probes. */
export const aPrefix = takes<string>(
  "a path such as '/health'",
  (value) => typeof value === 'string' && /^(\/[^/?#]+)*\/?$/.test(value),
)

/** The prefix without a slash at its end. */
export function prefixOf(prefix: string | undefined): string {
  return (prefix ?? '').replace(/\/$/, '')
}
