/** How a call ended. */
export type Ending = { readonly ok: true } | { readonly ok: false; readonly error: unknown }

/**
 * For each watched promise, the derived promise whose rejection Node reports as unhandled. `undefined` once the watched
 * promise has been used.
 */
const standIns = new WeakMap<object, Promise<unknown> | undefined>()
/** For each prototype of promises, an object that inherits from it and notices when a promise is used. */
const heirs = new WeakMap<object, object>()
let isOurUse = false

const ignore = (): void => {}

/**
 * Calls `onEnded` when `promise` settles. For the owner of the promise nothing changes: if a rejection is not handled,
 * the process ends as it does without the watcher.
 *
 * Node considers a promise handled once `then` was called on it, so a plain watcher would hide the rejection. Therefore
 * a derived promise rejects as unhandled. Every use of a promise (`await`, `then`, `Promise.all` …) first reads its
 * `constructor`. When that is read, the derived promise is marked as handled.
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
    onEnded({ ok: true }) // the class of the promise does not allow `then` to create a promise
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
 * Gives the promise a prototype that notices its uses. Returns `false` if this is not possible, as for a promise of
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
