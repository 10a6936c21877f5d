import { cutText } from '../base/text.ts'
import type { Annotations } from '../events/base-event.ts'

const maxTexts = 8
const maxChars = 128

/**
 * Returns the first `most` annotations, with keys and values cut to 128 characters. If nothing has to be cut, it
 * returns `annotations` itself and no copy.
 */
export function limitTexts(annotations: Annotations, most: number = maxTexts): Annotations {
  return isShort(annotations, most) ? annotations : shortened(annotations, most)
}

/**
 * For a run of another process. Allows 16 annotations, because its function and its observers may each have added 8.
 */
export function limitAllTexts(annotations: Annotations): Annotations {
  return limitTexts(annotations, 2 * maxTexts)
}

/** Returns those annotations in `kept` whose keys occur in `added`. Keys in `kept` may have been cut. */
export function textsAmong(kept: Annotations, added: Annotations): Annotations {
  const texts: Record<string, string> = {}
  for (const key of Object.keys(added)) {
    const cut = cutText(key, maxChars)
    if (Object.hasOwn(kept, cut)) texts[cut] = String(kept[cut])
  }
  return texts
}

/** Whether nothing has to be cut. This check avoids most copies: a tracer annotates every run with short ids. */
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
