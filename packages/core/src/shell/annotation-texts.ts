import { anObject, check, reading } from '../base/options.ts'
import { show } from '../base/show.ts'
import { cutText } from '../base/text.ts'
import type { Annotations } from '../events/base-event.ts'

const maxTexts = 8
const maxChars = 128

/**
 * Copies the annotations of a caller, who may change the object later.
 * @throws {@link InvalidOptionError} if they are not an object, or cannot be read
 */
export function readAnnotations(given: unknown): Annotations {
  return reading('annotations', () => ({ ...check('annotations', given, anObject) }) as Annotations)
}

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
    entries.map(([key, value]) => [cutText(key, maxChars), cutText(textOf(value), maxChars)] as const),
  )
}

/** An object without a prototype has no `toString`, for example the parsed query of a URL. */
function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return show(value)
  }
}
