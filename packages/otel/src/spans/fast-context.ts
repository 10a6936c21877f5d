import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'

/** The context key of the active span. The API does not export it, but passes it to `getValue` of any context. */
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
 * A context that overrides or removes the active span of its base. Contexts of the API copy all values into a new map, and
 * each run needs two contexts: one without the caller's span, and one with its own span.
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

  /** Converts to a context of the API, so that lookups stay fast even if many values are added. */
  #whole(): Context {
    this.#copy ??= this.#base.setValue(spanKey, this.#span)
    return this.#copy
  }
}

/** Like `trace.setSpan`, but cheap enough for every run. */
export function withSpan(base: Context, span: Span): Context {
  return new WithSpan(base, span)
}

/** Like `trace.deleteSpan`, but cheap enough for every run. */
export function withoutSpan(base: Context): Context {
  return new WithSpan(base, undefined)
}
