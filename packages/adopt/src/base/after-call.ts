/**
 * Calls `listener` each time a method of `host` has returned without an error, for host libraries without events. The
 * method returns and throws as before. Only `host` is changed, not its class.
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
