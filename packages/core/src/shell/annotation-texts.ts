import { cutText } from '../base/text.ts'
import type { Annotations } from '../events/base-event.ts'

const maxTexts = 8
const maxChars = 128

/**
 * Returns at most `most` annotations, with keys and values of at most 128 characters. Returns `annotations` itself if
 * nothing has to be cut.
 */
export function limitTexts(annotations: Annotations, most: number = maxTexts): Annotations {
  return isShort(annotations, most) ? annotations : shortened(annotations, most)
}

/** Like `limitTexts`, for a run of another process: up to 16 annotations, 8 of its function and 8 of its observers. */
export function limitAllTexts(annotations: Annotations): Annotations {
  return limitTexts(annotations, 2 * maxTexts)
}

/** Returns the annotations of `kept` whose keys are in `added`. */
export function textsAmong(kept: Annotations, added: Annotations): Annotations {
  const texts: Record<string, string> = {}
  for (const key of Object.keys(added)) {
    const cut = cutText(key, maxChars)
    if (Object.hasOwn(kept, cut)) texts[cut] = String(kept[cut])
  }
  return texts
}

/** Whether nothing has to be cut. Usually no copy is needed: a tracer annotates every run with short ids. */
function isShort(annotations: Annotations, most: number): boolean {
  let count = 0
  for (const key in annotations) {
    const value: unknown = annotations[key]
    count += 1
    if (count > most || key.length > maxChars) return false
    if (typeof value !== 'string' || value.length > maxChars) return false
  }
  return true
}

function shortened(annotations: Annotations, most: number): Annotations {
  const entries = Object.entries(annotations).slice(0, most)
  return Object.fromEntries(
    entries.map(([key, value]) => [cutText(key, maxChars), cutText(String(value), maxChars)] as const),
  )
}
