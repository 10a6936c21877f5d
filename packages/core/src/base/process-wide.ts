/**
 * Returns one value for the whole process. A program may load this package as ES modules and also as CommonJS: a
 * variable of a module would then exist twice.
 */
export function processWide<Value extends object>(name: string, make: () => Value): Value {
  const key = Symbol.for(`@runwell/core.${name}`)
  const shared = globalThis as { [key: symbol]: Value | undefined }
  shared[key] ??= make()
  return shared[key]
}
