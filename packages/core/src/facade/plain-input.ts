import { errorText } from '../base/error-record.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { toError } from '../base/to-error.ts'

interface Culprit {
  readonly path: string
  readonly value: unknown
  readonly problem: string
}

/**
 * Copies the input through JSON, so that a run reads the same data in every process.
 *
 * @throws {@link InvalidOptionError} for an input that JSON would change or can't represent
 */
export function plainInput(input: unknown, task: string): unknown {
  if (input === undefined) return undefined
  const culprit = readable(input)
  if (culprit === undefined) return JSON.parse(JSON.stringify(input))
  const { path, value, problem } = culprit
  const expected = 'plain data that JSON can hold'
  const why = `the run may happen in another process, so its input must be ${expected}`
  throw new InvalidOptionError(path, expected, value, task, `\`${path}\` ${problem} (task '${task}'; ${why})`)
}

function readable(input: unknown): Culprit | undefined {
  try {
    return culpritIn(input, 'input', [])
  } catch (error) {
    // For example, a getter threw, or the input has too many levels.
    return { path: 'input', value: input, problem: `cannot be read: ${errorText(toError(error))}` }
  }
}

/** @param parents - the objects that contain `value` */
function culpritIn(value: unknown, path: string, parents: readonly object[]): Culprit | undefined {
  const problem = problemOf(value, parents)
  if (problem !== undefined) return { path, value, problem }
  if (typeof value !== 'object' || value === null) return undefined
  const isList = Array.isArray(value)
  // `Array.from` also returns the items that are missing in a sparse array.
  for (const [key, part] of Object.entries(isList ? Array.from(value) : value)) {
    if (part === undefined && !isList) continue // JSON leaves the field out.
    const culprit = culpritIn(part, `${path}${step(key, isList)}`, [...parents, value])
    if (culprit !== undefined) return culprit
  }
  return undefined
}

function step(key: string, isIndex: boolean): string {
  if (isIndex) return `[${key}]`
  return /^[a-z_$][\w$]*$/i.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function problemOf(value: unknown, parents: readonly object[]): string | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : `is ${value}: pass a finite number or \`null\``
  if (typeof value === 'bigint') return 'is a bigint: pass a text, such as `String(value)`'
  if (typeof value === 'undefined') return 'is undefined: pass `null`'
  if (typeof value === 'function' || typeof value === 'symbol') return `is a ${typeof value}: leave it out`
  if (typeof value !== 'object' || value === null) return undefined
  if (parents.includes(value)) return 'is an object that contains itself: leave it out'
  if (Array.isArray(value) || isRecord(value)) return undefined
  const name: unknown = value.constructor?.name
  if (name === 'Date') return 'is a Date: pass a text, such as `toISOString()`'
  if (name === 'Map' || name === 'Set') return `is a ${name}: pass an array, such as \`[...value]\``
  return `is an object of the class ${String(name)}: pass a plain object`
}

/** True for a plain object, also of another realm. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
