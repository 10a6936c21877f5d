import { cutText } from '../base/text.ts'
import type { Annotations } from '../events/base-event.ts'

const maxTexts = 8
const maxChars = 128

/** Returns at most 8 texts of 128 characters: `annotations` itself if nothing has to be cut. */
export function limitTexts(annotations: Annotations): Annotations {
  return isShort(annotations) ? annotations : shortened(annotations)
}

/** Returns the texts among `kept` that `added` has added. */
export function textsAmong(kept: Annotations, added: Annotations): Annotations {
  const texts: Record<string, string> = {}
  for (const key of Object.keys(added)) {
    const cut = cutText(key, maxChars)
    if (Object.hasOwn(kept, cut)) texts[cut] = String(kept[cut])
  }
  return texts
}

/** Whether nothing has to be cut. That is the usual case: a tracer annotates every run with short ids. */
function isShort(annotations: Annotations): boolean {
  let count = 0
  for (const key in annotations) {
    const value: unknown = annotations[key]
    count += 1
    if (count > maxTexts || key.length > maxChars) return false
    if (typeof value !== 'string' || value.length > maxChars) return false
  }
  return true
}

function shortened(annotations: Annotations): Annotations {
  const entries = Object.entries(annotations).slice(0, maxTexts)
  return Object.fromEntries(
    entries.map(([key, value]) => [cutText(key, maxChars), cutText(String(value), maxChars)] as const),
  )
}
