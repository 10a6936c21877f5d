import { cutText } from '@runwell/core/adapter'
import type { SentryEventLike } from '../sdk/sentry-like.ts'

/**
 * The maximum length of a text, in characters. The rest is cut off, because Sentry's server truncates longer
 * messages.
 */
const longestText = 8_192
/**
 * The maximum length of a name, in characters. The rest is cut off, because Sentry's server truncates longer names
 * and refuses longer tags.
 */
const longestName = 200
/**
 * The maximum length of all texts of an event together, in characters. Further texts are shortened or left out.
 * Sentry refuses an event of more than 1 MB, and the stack traces also need space.
 */
const maxTexts = 200_000
/**
 * How many levels of nested objects are searched for long texts. By default, Sentry's SDK does not send deeper
 * levels.
 */
const maxDepth = 5

export function limitSize(event: SentryEventLike): void {
  const texts = new Texts()
  // Sentry lists the thrown error last. The loop begins with it, because `maxTexts` may leave little room for the
  // other errors.
  for (const exception of (event.exception?.values ?? []).toReversed()) {
    if (exception.type !== undefined) exception.type = texts.cut(exception.type, longestName)
    if (exception.value !== undefined) exception.value = texts.cut(exception.value)
  }
  if (event.message !== undefined) event.message = texts.cut(event.message)
  const { runwell, ...others } = event.contexts ?? {}
  if (event.contexts) event.contexts = texts.contexts({ ...(runwell && { runwell }), ...others })
  if (event.extra) event.extra = texts.record(event.extra)
  for (const breadcrumb of event.breadcrumbs ?? []) {
    if (breadcrumb.message !== undefined) breadcrumb.message = texts.cut(breadcrumb.message)
    if (breadcrumb.data) breadcrumb.data = texts.record(breadcrumb.data)
  }
}

class Texts {
  #left = maxTexts

  cut(text: string, longest = longestText): string {
    const cut = cutText(text, Math.min(longest, Math.max(this.#left, longestName)))
    this.#left -= cut.length
    return cut
  }

  contexts(contexts: NonNullable<SentryEventLike['contexts']>): NonNullable<SentryEventLike['contexts']> {
    const kept = Object.entries(contexts).map(([name, context]) => [
      this.cut(name, longestName),
      context && this.record(context),
    ])
    return Object.fromEntries(kept)
  }

  record(record: Record<string, unknown>, depth = maxDepth): Record<string, unknown> {
    const kept: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(record)) {
      if (this.#left <= 0) break
      kept[this.cut(key, longestName)] = this.#value(value, depth)
    }
    return kept
  }

  #value(value: unknown, depth: number): unknown {
    this.#left -= 8
    if (typeof value === 'string') return this.cut(value)
    if (depth === 0 || typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return this.#list(value, depth - 1)
    // Only plain objects are copied. A copy of a `Date`, for example, would lose its `toJSON`.
    return isPlain(value) ? this.record(value, depth - 1) : value
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const kept: unknown[] = []
    for (const value of list) {
      if (this.#left <= 0) break
      kept.push(this.#value(value, depth))
    }
    return kept
  }
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
