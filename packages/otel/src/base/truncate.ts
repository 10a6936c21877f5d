/** Limits for the texts of an error on a span: exporters buffer thousands of spans, and backends refuse long texts. */
const longestMessage = 4_096
const longestStack = 16_384

/** Truncates `text` to `length` characters. Unlike a slice, the result does not keep the whole text in memory. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text
  return `${copyOf(text.slice(0, length - 1))}…`
}

/** Returns `error`, or a copy with truncated texts if they are long. */
export function truncateError(error: Error): Error {
  const { name, message } = error
  const stack = error.stack ?? ''
  if (typeof message !== 'string' || typeof stack !== 'string') return error
  if (message.length <= longestMessage && stack.length <= longestStack) return error
  const short: Error & { code?: unknown } = new Error(truncate(message, longestMessage))
  short.name = name
  short.stack = `${name}: ${truncate(message, longestMessage)}${framesOf(stack, message)}`
  if ('code' in error) short.code = error.code
  return short
}

/** Returns the part of a stack after the message, truncated. */
function framesOf(stack: string, message: string): string {
  const at = stack.indexOf(message)
  const from = at < 0 ? 0 : at + message.length
  return copyOf(stack.slice(from, from + longestStack))
}

function copyOf(text: string): string {
  return text.split('').join('')
}
