/**
 * Calls `listener` after each successful call of a method of `host`. Needed for host libraries that emit no events.
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
