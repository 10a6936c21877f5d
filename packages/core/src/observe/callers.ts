import type { ReadObserver } from './read-observer.ts'
import type { Callers } from './wrapped-run.ts'

/** The longest text about a caller in another process. */
const maxText = 1_000

/** Calls a method of an observer, and catches what it throws. */
type Guard<Attached> = (attached: Attached, call: () => unknown) => void

/** Collects what the observers need from the caller of a run. */
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
 * As {@link captureCallers}, but collects only strings, which can be sent to another process. Each key begins with the
 * name of its observer. Returns `undefined` if there are no strings.
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

/** Gives each observer the texts that the observer of the same name has captured. */
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
