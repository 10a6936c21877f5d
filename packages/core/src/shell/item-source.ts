import { types } from 'node:util'
import { InvalidOptionError } from '../base/errors.ts'
import { callCure } from '../base/options.ts'
import { show } from '../base/show.ts'
import { toError } from '../base/to-error.ts'

export type NextItem<Item> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }

interface AnyIterator {
  next(): unknown
  return?(): unknown
}

const done = { kind: 'done' } as const

/** Reads an iterable safely: its methods may throw, return invalid values or never settle. */
export class ItemSource<Item> {
  readonly #items: object
  readonly #isAsync: boolean
  readonly #iterator: AnyIterator
  #isAsked = false
  #hasEnded = false

  /** @throws {@link InvalidOptionError} unless `items` can be iterated */
  constructor(items: unknown) {
    const from = Object(items) as { [Symbol.asyncIterator]?: unknown; [Symbol.iterator]?: unknown }
    const isAsync = typeof from[Symbol.asyncIterator] === 'function'
    const make = isAsync ? from[Symbol.asyncIterator] : from[Symbol.iterator]
    if (items === undefined || items === null || typeof make !== 'function') throw notIterable(items)
    const iterator: unknown = Reflect.apply(make, items, [])
    if (!isObject(iterator)) throw new TypeError(`The iterator is not an object: ${show(iterator)}`)
    this.#items = from
    this.#isAsync = isAsync
    this.#iterator = iterator as AnyIterator
    adoptAll(items)
  }

  /** For a synchronous source, `onAnswer` is called before `ask` returns. */
  ask(onAnswer: (answer: NextItem<Item>) => void): void {
    this.#isAsked = true
    const answered = (result: unknown): void => {
      this.#isAsked = false
      onAnswer(this.#read(result))
    }
    const failed = (error: unknown): void => {
      this.#isAsked = false
      this.#hasEnded = true
      onAnswer({ kind: 'failed', error })
    }
    let result: unknown
    try {
      result = this.#iterator.next()
    } catch (error) {
      return failed(error)
    }
    if (this.#isAsync) Promise.resolve(result).then(answered, failed)
    else answered(result)
  }

  #read(result: unknown): NextItem<Item> {
    try {
      if (!isObject(result)) throw new TypeError(`The iterator result is not an object: ${show(result)}`)
      const { done: isDone, value } = result as { readonly done?: unknown; readonly value?: Item }
      if (!isDone) return { kind: 'item', item: value as Item }
      this.#hasEnded = true
      return done
    } catch (error) {
      this.#hasEnded = true
      return { kind: 'failed', error }
    }
  }

  /**
   * Lets the source release its resources. The returned promise never rejects. It resolves with an error if closing
   * failed.
   * @returns `undefined` if no wait is necessary
   */
  close(): Promise<Error | undefined> | undefined {
    if (this.#hasEnded) return undefined
    this.#hasEnded = true
    try {
      const closed = this.#iterator.return?.()
      const isOwing = this.#isAsked
      if (isOwing) destroyStream(this.#items)
      adopt(closed)
      if (!this.#isAsync || closed === undefined) return undefined
      const settled = Promise.resolve(closed).then(() => undefined, toError)
      return isOwing ? undefined : settled
    } catch (error) {
      return Promise.resolve(toError(error))
    }
  }
}

/** A promise in `items` may reject before its turn. The rejection must not end the process. */
function adoptAll(items: unknown): void {
  try {
    if (Array.isArray(items)) Array.prototype.forEach.call(items, adopt)
    else if (types.isSet(items)) Set.prototype.forEach.call(items, adopt)
  } catch {
    // A getter or a proxy threw. The iterator will report this error.
  }
}

/**
 * If the promise `item` rejects, the process must not end. Other thenables are ignored, because `then` might start
 * their work.
 */
export function adopt(item: unknown): void {
  if (!types.isPromise(item)) return
  try {
    Promise.prototype.then.call(item, undefined, () => {})
  } catch {
    // The rejection of this subclass of Promise can't be handled.
  }
}

/**
 * The iterator of a Node.js stream does not close while the stream waits for data. Therefore the stream is destroyed.
 */
function destroyStream(items: object): void {
  const { pipe, destroy } = items as { readonly pipe?: unknown; readonly destroy?: unknown }
  if (typeof pipe === 'function' && typeof destroy === 'function') Reflect.apply(destroy, items, [])
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function notIterable(items: unknown): InvalidOptionError {
  const cure = items instanceof Promise ? '; await the promise first' : callCure(items)
  const expected = `an iterable or an async iterable, such as an array, a generator, a stream or events.on(…)${cure}`
  return new InvalidOptionError('each', expected, items)
}
