import type { RunContext } from '@runwell/core'

export function annotate(context: RunContext, texts: Readonly<Record<string, string>>): void {
  ;(context as { annotate?: (texts: Readonly<Record<string, string>>) => void }).annotate?.(texts)
}
