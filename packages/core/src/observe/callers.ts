import type { ReadObserver } from './read-observer.ts'
import type { Callers } from './wrapped-run.ts'

const maxText = 1_000

type Guard<Attached> = (attached: Attached, call: () => unknown) => void

export function captureCallers<Attached extends ReadObserver>(
  capturing: readonly Attached[],
  guard: Guard<Attached>,
): Callers {
  const callers = new Map<unknown, unknown>()
  for (const attached of capturing) {
    guard(attached, () => {
      const caller: unknown = attached.methods.captureCaller?.call(attached.observer)
      callers.set(attached, caller)
      return caller
    })
  }
  return callers
}

/**
 * Like {@link captureCallers}, but only for strings, because the run may start in another process. Each key begins
 * with the name of its observer.
 */
export function captureTexts<Attached extends ReadObserver>(
  capturing: readonly Attached[],
  guard: Guard<Attached>,
): Readonly<Record<string, string>> | undefined {
  const texts: Record<string, string> = {}
  for (const attached of capturing) {
    guard(attached, () => {
      const caller: unknown = attached.methods.captureCaller?.call(attached.observer, true)
      for (const [key, text] of Object.entries(Object(caller)))
        if (typeof text === 'string') texts[`${attached.name}.${key}`] = text.slice(0, maxText)
    })
  }
  return Object.keys(texts).length === 0 ? undefined : texts
}

/** Converts the result of {@link captureTexts} back, in the process that starts the run. */
export function callersFrom<Attached extends ReadObserver>(
  capturing: readonly Attached[],
  texts: Readonly<Record<string, string>>,
): Callers {
  const callers = new Map<unknown, unknown>()
  for (const attached of capturing) {
    const prefix = `${attached.name}.`
    const own = Object.entries(texts).filter(([key]) => key.startsWith(prefix))
    if (own.length > 0)
      callers.set(attached, Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), text])))
  }
  return callers
}
