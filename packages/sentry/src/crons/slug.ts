import { createHash } from 'node:crypto'

/** Sentry truncates longer slugs. Two tasks could then share a monitor. */
const maxLength = 50
const hashLength = 8

export function slugOf(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')
  // Sentry refuses slugs of digits only.
  const slug = /^\d+$/.test(plain) ? `task-${plain}` : plain
  if (slug.length <= maxLength) return slug
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength)
  return `${slug.slice(0, maxLength - hashLength - 1)}-${hash}`
}
