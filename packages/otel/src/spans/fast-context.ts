import {
  type Attributes,
  type Context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api'

/** A unit with a span. The context of the unit contains this object, so that `annotate` finds the unit. */
export interface TracedUnit {
  readonly runId: string
  texts: Attributes | undefined
}

/**
 * The API does not export the key of the active span. But it passes the key to `getValue` of any context, so this
 * context receives the key.
 */
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

const unitKey = createContextKey('runwell.unit')

/** Faster than a context of the API, which copies all values into a new map. */
class WithValue implements Context {
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

  /**
   * Returns a context of the API with the values of this context. If `setValue` returned one more `WithValue`
   * instead, a lookup would pass through a growing chain of contexts.
   */
  #whole(): Context {
    this.#copy ??= this.#base.setValue(this.#key, this.#value)
    return this.#copy
  }
}

/** Like `trace.setSpan`, but fast enough for every run. */
export function withSpan(base: Context, span: Span): Context {
  return new WithValue(base, spanKey, span)
}

export function withoutSpan(base: Context): Context {
  return new WithValue(base, spanKey, undefined)
}

export function withUnit(base: Context, unit: TracedUnit): Context {
  return new WithValue(base, unitKey, unit)
}

export function unitIn(context: Context): TracedUnit | undefined {
  return context.getValue(unitKey) as TracedUnit | undefined
}
