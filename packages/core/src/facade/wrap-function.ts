export type AnyFunction = (...args: never[]) => unknown

/** @param follows - true: if `fn` returns a promise, the call lasts until the promise settles */
type OnCall = (fn: () => unknown, args: readonly unknown[], follows: boolean) => unknown

export function wrapFunction<Fn extends AnyFunction>(fn: Fn, onCall: OnCall): Fn {
  const forwarded = new WeakMap<object, unknown>()
  const wrapper: Fn = new Proxy(fn, {
    apply: (target, self, args) => onCall(() => Reflect.apply(target, self, args), args, true),
    construct: (target, args, newTarget) => {
      const type = newTarget === wrapper ? target : newTarget
      return onCall(() => Reflect.construct(target, args, type), args, false) as object
    },
    // If a method reads a private member, a call with the proxy as `this` throws. So `forward` calls it with `fn` as
    // `this`.
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
 * Finds private members in the source of a method. Compiled code has calls such as `__classPrivateFieldGet` instead
 * of `#name`.
 */
const readsPrivate = /#\w|private/i

function needsTarget(value: unknown): value is AnyFunction {
  if (typeof value !== 'function') return false
  if (value === Function.prototype.toString) return true
  return !isConstructor(value) && readsPrivate.test(Function.prototype.toString.call(value))
}

function isConstructor(fn: object): boolean {
  const own = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value as unknown
  return typeof own === 'object' && own !== null && Object.hasOwn(own, 'constructor')
}

/** A proxy must return the original value of a property that can't change. With any other value, the read throws. */
function mayReplace(target: object, key: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, key)
  return own === undefined || own.configurable === true || own.writable === true
}
