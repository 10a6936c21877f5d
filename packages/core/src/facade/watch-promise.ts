export type Ending = { readonly ok: true } | { readonly ok: false; readonly error: unknown }

/**
 * The keys are watched promises. A value is the promise that `then` returned, or `undefined` once other code has used
 * the watched promise.
 */
const standIns = new WeakMap<object, Promise<unknown> | undefined>()
const heirs = new WeakMap<object, object>()
let isOurUse = false

const ignore = (): void => {}

/**
 * Calls `onEnded` when `promise` settles. If no other code handles a rejection, Node still reports the rejection.
 *
 * A call of `then` marks `promise` as handled, so Node would not report its rejection. Therefore the promise that
 * `then` returns (the stand-in) rejects with the same error. If other code uses `promise`, `markUsed` marks the
 * stand-in as handled, too. The getter `constructor` notices this use, because `then` and `await` read this property.
 */
export function watchPromise(promise: Promise<unknown>, onEnded: (ending: Ending) => void): void {
  const onOk = (): void => onEnded({ ok: true })
  try {
    if (standIns.has(promise)) {
      void thenOf(promise, onOk, (error) => onEnded({ ok: false, error }))
      return
    }
    const isNoticed = noticeUses(promise)
    const standIn = thenOf(promise, onOk, (error) => {
      onEnded({ ok: false, error })
      throw error
    })
    standIns.set(promise, standIn)
    if (!isNoticed) markUsed(promise)
  } catch {
    onEnded({ ok: true })
  }
}

/** Calls the built-in `then`, because the `then` of a subclass could start work. */
function thenOf(
  promise: Promise<unknown>,
  onOk?: (value: unknown) => void,
  onError?: (error: unknown) => void,
): Promise<unknown> {
  isOurUse = true
  try {
    return Reflect.apply(Promise.prototype.then, promise, [onOk, onError])
  } finally {
    isOurUse = false
  }
}

/**
 * Makes each use of `promise` call `markUsed`. Returns `false` if this is impossible, for example for a promise of
 * another realm.
 */
function noticeUses(promise: Promise<unknown>): boolean {
  if (!(promise instanceof Promise) || Object.hasOwn(promise, 'constructor')) return false
  const prototype = Object.getPrototypeOf(promise) as object
  return Reflect.setPrototypeOf(promise, heirOf(prototype))
}

function heirOf(prototype: object): object {
  const known = heirs.get(prototype)
  if (known) return known
  const heir: object = Object.create(prototype, {
    constructor: {
      get(this: object) {
        if (isOurUse) return Promise
        markUsed(this)
        return Reflect.get(prototype, 'constructor', this)
      },
      set(this: object, value: unknown) {
        Object.defineProperty(this, 'constructor', { value, writable: true, configurable: true })
      },
      configurable: true,
    },
  })
  heirs.set(prototype, heir)
  return heir
}

function markUsed(promise: object): void {
  const standIn = standIns.get(promise)
  if (standIn === undefined) return
  standIns.set(promise, undefined)
  Reflect.apply(Promise.prototype.then, standIn, [ignore, ignore])
}
