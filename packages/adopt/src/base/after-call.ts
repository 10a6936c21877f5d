/**
 * Replaces a method of `host`, so that `listener` is called after each call of the method. If the method throws,
 * `listener` is not called. Used for host libraries without events. Changes only the object `host`, not its class.
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
