/** A program may load this package both as ES modules and as CommonJS, so a module variable is not enough. */
export function processWide<Value extends object>(name: string, make: () => Value): Value {
  const key = Symbol.for(`@runwell/core.${name}`)
  const shared = globalThis as { [key: symbol]: Value | undefined }
  shared[key] ??= make()
  return shared[key]
}
