import { createHash } from 'node:crypto'

/** Sentry cuts what is longer, and two tasks would share one monitor without a word. */
const maxLength = 50
const hashLength = 8

/** The name of a task as the slug of a monitor: lower case, digits, `-` and `_`. One that is too long ends in a hash. */
export function slugOf(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-')
  // A slug of digits alone is refused.
  const slug = /^\d+$/.test(plain) ? `task-${plain}` : plain
  if (slug.length <= maxLength) return slug
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength)
  return `${slug.slice(0, maxLength - hashLength - 1)}-${hash}`
}
