import { show } from './show.ts'
import { cutText as cut, ownText } from './text.ts'

/** A copy of an error that can be stored. Long texts are cut. The copy has no reference to the error object. */
export interface ErrorRecord {
  readonly name: string
  /** At most 1,024 characters. */
  readonly message: string
  /** At most 4,096 characters. */
  readonly stack: string | undefined
}

const longestName = 100
const longestMessage = 1_024
const longestStack = 4_096

export function recordError(error: Error): ErrorRecord {
  const name = errorName(error)
  const message = textOf(error, 'message') ?? ''
  const stack = textOf(error, 'stack')
  return {
    name,
    // A short message is copied, too. It may be a slice of a long string, and would keep the long string in memory.
    message: ownText(cut(message, longestMessage)),
    stack: stack === undefined ? undefined : cutStack(stack, message),
  }
}

/**
 * Returns the `name` of an error. If `name` is not set or is `Error`, returns the name of the error's class. Never
 * throws.
 */
export function errorName(error: Error): string {
  const name = textOf(error, 'name')
  if (name !== undefined && name !== '' && name !== 'Error') return cut(name, longestName)
  return cut(className(error) || 'Error', longestName)
}

const maxCauses = 3
const maxMembers = 3

/**
 * Returns an error as text without its stack. The text contains the name, the message, the first 3 members of an
 * `AggregateError`, and a chain of at most 3 causes. Never throws.
 */
export function errorText(error: Error, depth = 0): string {
  const own = `${errorName(error)}: ${cut(textOf(error, 'message') ?? '', longestMessage)}`
  if (depth === maxCauses) return own
  return `${own}${orNothing(() => membersText(error, depth))}${orNothing(() => causeText(error, depth))}`
}

function orNothing(text: () => string): string {
  try {
    return text()
  } catch {
    return ''
  }
}

function membersText(error: Error, depth: number): string {
  const { errors } = error as { errors?: unknown }
  if (!Array.isArray(errors) || errors.length === 0) return ''
  const shown = errors.slice(0, maxMembers).map((member) => anyText(member, depth + 1))
  const more = errors.length > maxMembers ? `; and ${errors.length - maxMembers} more` : ''
  return ` [${shown.join('; ')}${more}]`
}

function causeText(error: Error, depth: number): string {
  return error.cause === undefined ? '' : `, caused by ${anyText(error.cause, depth + 1)}`
}

function anyText(value: unknown, depth: number): string {
  if (typeof value === 'string') return cut(value, longestMessage)
  try {
    // An error of another realm is not an `instanceof Error`.
    if (typeof value === 'object' && value !== null && 'message' in value)
      return errorText(value as Error, depth)
  } catch {
    // `value` is a proxy that throws.
  }
  return show(value)
}

function className(error: Error): string | undefined {
  try {
    const { name } = error.constructor
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined // The object is a proxy that throws, or has no class.
  }
}

function textOf(error: Error, key: 'name' | 'message' | 'stack'): string | undefined {
  try {
    const value: unknown = error[key]
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined // The property is a getter that throws.
  }
}

function cutStack(stack: string, message: string): string {
  if (stack.length <= longestStack || message.length <= longestMessage) return cut(stack, longestStack)
  const end = stack.indexOf(message) + message.length
  if (end < message.length) return cut(stack, longestStack)
  const head = cut(stack, longestMessage)
  return ownText(head + cut(stack.slice(end), longestStack - head.length))
}
