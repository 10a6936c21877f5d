/**
 * Returns a value that the whole process shares, made at the first call. A program may load this package twice, as ES modules
 * and as CommonJS, and a variable of a module would exist once in each copy.
 */
export function processWide<Value extends object>(name: string, make: () => Value): Value {
  const key = Symbol.for(`@runwell/core.${name}`)
  const shared = globalThis as { [key: symbol]: Value | undefined }
  shared[key] ??= make()
  return shared[key]
}
