import {
  type Attributes,
  type Context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api'

/** A unit with a span. The context of the unit contains this object, so that a call of `annotate` finds its unit. */
export interface TracedUnit {
  readonly runId: string
  /** The annotations that were added inside the unit, as span attributes. */
  texts: Attributes | undefined
}

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

const unitKey = createContextKey('runwell.unit')

/**
 * A context with one value that differs from its base. A context of the API would copy all values into a new map. Each
 * run needs two contexts: one without the span of the caller, and one with its own span.
 */
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

  /** Returns a context of the API with the same values. Values are added to that context, so that lookups stay fast. */
  #whole(): Context {
    this.#copy ??= this.#base.setValue(this.#key, this.#value)
    return this.#copy
  }
}

/** Like `trace.setSpan`, but cheap enough for every run. */
export function withSpan(base: Context, span: Span): Context {
  return new WithValue(base, spanKey, span)
}

/** Like `trace.deleteSpan`, but cheap enough for every run. */
export function withoutSpan(base: Context): Context {
  return new WithValue(base, spanKey, undefined)
}

export function withUnit(base: Context, unit: TracedUnit): Context {
  return new WithValue(base, unitKey, unit)
}

/** Returns the innermost unit that has a span. */
export function unitIn(context: Context): TracedUnit | undefined {
  return context.getValue(unitKey) as TracedUnit | undefined
}
