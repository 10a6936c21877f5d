import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'

/** The key of the active span. The API does not tell it, but asks whatever context it is given for it. */
const spanKey = ((): symbol => {
  let asked = Symbol('none')
  const listener: Context = {
    getValue(key) {
      asked = key
      return undefined
    },
    setValue: () => ROOT_CONTEXT,
    deleteValue: () => ROOT_CONTEXT,
  }
  trace.getSpan(listener)
  return asked
})()

/**
 * A context with another active span than the one below it, or none. Those of the API copy all values of their parent into
 * a map of their own, and each run needs two: one without the span that was active, and one with its own.
 */
class WithSpan implements Context {
  readonly #base: Context
  readonly #span: Span | undefined
  #copy: Context | undefined

  constructor(base: Context, span: Span | undefined) {
    this.#base = base
    this.#span = span
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this.#span : this.#base.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#whole().setValue(key, value)
  }

  deleteValue(key: symbol): Context {
    return this.getValue(key) === undefined ? this : this.#whole().deleteValue(key)
  }

  /** As a context of the API: however much is put on top of it, it is never more than one step to the values. */
  #whole(): Context {
    this.#copy ??= this.#base.setValue(spanKey, this.#span)
    return this.#copy
  }
}

/** As `trace.setSpan`, for the path of every run. */
export function withSpan(base: Context, span: Span): Context {
  return new WithSpan(base, span)
}

/** As `trace.deleteSpan`, for the path of every run. */
export function withoutSpan(base: Context): Context {
  return new WithSpan(base, undefined)
}
