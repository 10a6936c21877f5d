export type AnyFunction = (...args: never[]) => unknown

/** @param follows - whether the call lasts until a promise that `fn` returns settles */
type OnCall = (fn: () => unknown, args: readonly unknown[], follows: boolean) => unknown

/** Returns a proxy that behaves like `fn` and passes each call to `onCall`. */
export function wrapFunction<Fn extends AnyFunction>(fn: Fn, onCall: OnCall): Fn {
  const forwarded = new WeakMap<object, unknown>()
  const wrapper: Fn = new Proxy(fn, {
    apply: (target, self, args) => onCall(() => Reflect.apply(target, self, args), args, true),
    construct: (target, args, newTarget) => {
      const type = newTarget === wrapper ? target : newTarget
      return onCall(() => Reflect.construct(target, args, type), args, false) as object
    },
    // A proxy has no private members, so code that reads them gets `fn` as `this`.
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
 * Matches source code that reads a private member, even after compilation. Such code fails with a proxy as
 * `this`.
 */
const readsPrivate = /#\w|private/i

/** True for a method that fails with the proxy as `this`. */
function needsTarget(value: unknown): value is AnyFunction {
  if (typeof value !== 'function') return false
  if (value === Function.prototype.toString) return true
  return !isConstructor(value) && readsPrivate.test(Function.prototype.toString.call(value))
}

function isConstructor(fn: object): boolean {
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value as unknown
  return typeof own === 'object' && own !== null && Object.hasOwn(own, 'constructor')
}

/** A proxy throws if it returns another value for a property that can't change. */
function mayReplace(target: object, key: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, key)
  return own === undefined || own.configurable === true || own.writable === true
}
