import { takes } from '@runwell/core/adapter'

export const aPrefix = takes<string>(
  "a path such as '/health'",
  (value) => typeof value === 'string' && /^(\/[^/?#]+)*\/?$/.test(value),
)

export function prefixOf(prefix: string | undefined): string {
  return (prefix ?? '').replace(/\/$/, '')
}
