import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'

/**
 * A context with one value more than another. Those of the API copy all values of their parent into a map of their own,
 * and each run needs two: one without the span that was active, and one with its own.
 */
class OneMore implements Context {
  readonly #base: Context
  readonly #key: symbol
  readonly #value: unknown
  #copy: Context | undefined

  constructor(base: Context, key: symbol, value: unknown) {
    this.#base = base
    this.#key = key
    this.#value = value
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#base.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#whole().setValue(key, value)
  }

  deleteValue(key: symbol): Context {
    return this.getValue(key) === undefined ? this : this.#whole().deleteValue(key)
  }

  /** As a context of the API: however much is put on top of it, it is never more than one step to the values. */
  #whole(): Context {
    this.#copy ??= this.#base.setValue(this.#key, this.#value)
    return this.#copy
  }
}

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

/** As `trace.setSpan`, for the path of every run. */
export function withSpan(base: Context, span: Span): Context {
  return new OneMore(base, spanKey, span)
}

/** As `trace.deleteSpan`, for the path of every run. */
export function withoutSpan(base: Context): Context {
  return new OneMore(base, spanKey, undefined)
}
