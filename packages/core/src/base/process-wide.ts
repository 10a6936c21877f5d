/**
 * Returns the value of this name that the whole process shares. The first call creates the value. A module variable is
 * not enough: a program may load this package twice, as ES modules and as CommonJS. Each copy has its own variables.
 */
export function processWide<Value extends object>(name: string, make: () => Value): Value {
  const key = Symbol.for(`@runwell/core.${name}`)
  const shared = globalThis as { [key: symbol]: Value | undefined }
  shared[key] ??= make()
  return shared[key]
}
