/** Calls `listener` each time the method has returned. Does not wait for a returned promise. */
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
