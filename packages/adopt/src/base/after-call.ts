/**
 * Calls `listener` after each call of a method of `host` that does not throw. If the method returns a promise, does
 * not wait for it. Needed if the host library emits no event for the call.
 */
export function afterCall<Host extends object>(
  host: Host,
  method: keyof Host & string,
  listener: () => void,
): void {
  const original = host[method] as (...args: unknown[]) => unknown
  const value = function (this: unknown, ...args: unknown[]): unknown {
    const result = Reflect.apply(original, this, args)
    listener()
    return result
  }
  Object.defineProperty(host, method, { value, configurable: true, writable: true })
}
