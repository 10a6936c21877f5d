import type { TaskHealth } from '@runwell/core'

/**
 * Returns the text that the console shows instead of `text`.
 *
 * - `error`: an error, or a sentence that may contain one.
 * - `note`: an annotation, the note of a `beat()`, or the reason of a pause, a control or a skip.
 */
export type Redact = (text: string, kind: 'error' | 'note') => string

type Texts = Readonly<Record<string, string>>

export function redactValues<Given extends Texts | undefined>(texts: Given, redact: Redact): Given {
  if (texts === undefined) return texts
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, redact(text, 'note')])) as Given
}

export function redactHealth(health: TaskHealth, redact: Redact): TaskHealth {
  const reasons = health.reasons.map((each) => ({ ...each, reason: redact(each.reason, 'error') }))
  return { ...health, reasons }
}

/** Never shows the original text if the user's `redact` fails. */
export function safely(redact: Redact | undefined): Redact {
  if (redact === undefined) return (text) => text
  return (text, kind) => {
    try {
      const changed: unknown = redact(text, kind)
      return typeof changed === 'string' ? changed : '(not shown: `redact` returned no string)'
    } catch {
      return '(not shown: `redact` threw an error)'
    }
  }
}
