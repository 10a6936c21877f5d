import { cutText } from '../base/text.ts'
import type { Annotations } from '../events/base-event.ts'

const maxTexts = 8
const maxChars = 128

export function limitTexts(annotations: Annotations, most: number = maxTexts): Annotations {
  return isShort(annotations, most) ? annotations : shortened(annotations, most)
}

/** A run has at most 8 annotations from its function and 8 from its observers. */
export function limitAllTexts(annotations: Annotations): Annotations {
  return limitTexts(annotations, 2 * maxTexts)
}

/** Returns the entries of `kept` whose keys occur in `added`. The keys of `added` are cut before the comparison. */
export function textsAmong(kept: Annotations, added: Annotations): Annotations {
  const texts: Record<string, string> = {}
  for (const key of Object.keys(added)) {
    const cut = cutText(key, maxChars)
    if (Object.hasOwn(kept, cut)) texts[cut] = String(kept[cut])
  }
  return texts
}

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
