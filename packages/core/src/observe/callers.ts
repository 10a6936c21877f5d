import type { ReadObserver } from './read-observer.ts'
import type { Callers } from './wrapped-run.ts'

/** Each text about a caller is cut to this many characters before it is sent to another process. */
const maxText = 1_000

type Guard<Attached> = (attached: Attached, call: () => unknown) => void

/** Calls `captureCaller` of each observer, and returns the results by observer. `aroundRun` receives them later. */
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
 * Like {@link captureCallers}, for a run that may start in another process. Only strings are returned, because they can
 * be sent there. Each key begins with the name of the observer. Returns `undefined` if there are no strings.
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

/** Reverses {@link captureTexts}: returns the texts for each observer of this process, matched by the name. */
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
