export type AnyFunction = (...args: never[]) => unknown

/**
 * Handles one call of the wrapper. @param follows - whether the call lasts until a promise that `fn` returns settles
 */
type OnCall = (fn: () => unknown, args: readonly unknown[], follows: boolean) => unknown

/**
 * Returns a function that behaves as `fn` for its callers, and passes each call to `onCall`. It has all properties of
 * `fn`; a class can be constructed and extended.
 */
export function wrapFunction<Fn extends AnyFunction>(fn: Fn, onCall: OnCall): Fn {
  const forwarded = new WeakMap<object, unknown>()
  const wrapper: Fn = new Proxy(fn, {
    apply: (target, self, args) => onCall(() => Reflect.apply(target, self, args), args, true),
    construct: (target, args, newTarget) => {
      const type = newTarget === wrapper ? target : newTarget
      return onCall(() => Reflect.construct(target, args, type), args, false) as object
    },
    // Getters, setters, and methods that read private members get `fn` as `this`: the wrapper has no private members.
    get: (target, key, receiver) => {
      if (receiver !== wrapper) return Reflect.get(target, key, receiver)
      const value: unknown = Reflect.get(target, key, target)
      return needsTarget(value) && mayReplace(target, key) ? forward(value) : value
    },
    set: (target, key, value, receiver) =>
      Reflect.set(target, key, value, receiver === wrapper ? target : receiver),
  })

  function forward(method: AnyFunction): unknown {
    const known = forwarded.get(method)
    if (known !== undefined) return known
    const made: unknown = new Proxy(method, {
      apply: (target, self, args) => Reflect.apply(target, self === wrapper ? fn : self, args),
    })
    forwarded.set(method, made)
    return made
  }

  return wrapper
}

/**
 * Matches source code that reads a private member, also code that a compiler has generated. Such code works with the
 * class itself as `this`, but not with the wrapper, which has no private members.
 */
const readsPrivate = /#\w|private/i

/** Whether a method works only on the function itself: `toString`, or one that reads private members. */
function needsTarget(value: unknown): value is AnyFunction {
  if (typeof value !== 'function') return false
  if (value === Function.prototype.toString) return true
  return !isConstructor(value) && readsPrivate.test(Function.prototype.toString.call(value))
}

/** Whether `fn` is a class, or a function that can be used as one. */
function isConstructor(fn: object): boolean {
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value as unknown
  return typeof own === 'object' && own !== null && Object.hasOwn(own, 'constructor')
}

/** Whether a proxy may return another value for this property. For a property that can't change, it would throw. */
function mayReplace(target: object, key: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, key)
  return own === undefined || own.configurable === true || own.writable === true
}
