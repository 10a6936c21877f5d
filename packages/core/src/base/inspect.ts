/** The key of the method that `console.log` of Node.js calls. A class can have it without an import of `node:util`. */
export const customInspect: unique symbol = Symbol.for('nodejs.util.inspect.custom')

export type Inspect = (value: unknown, options?: object) => string
