/** Longest texts of an error that go on a span: exporters hold thousands of spans, and back ends refuse long texts. */
const longestMessage = 4_096
const longestStack = 16_384

/** At most `length` characters of `text`, which do not keep the rest of it in memory, as a slice would. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${copyOf(text.slice(0, length - 1))}…`
}

/** `error`, or where its texts are long one of the same type that is shorter. */
export function cutError(error: Error): Error {
  const { name, message } = error
  const stack = error.stack ?? ''
  if (typeof message !== 'string' || typeof stack !== 'string') return error
  if (message.length <= longestMessage && stack.length <= longestStack) return error
  const short: Error & { code?: unknown } = new Error(cut(message, longestMessage))
  short.name = name
  short.stack = `${name}: ${cut(message, longestMessage)}${framesOf(stack, message)}`
  if ('code' in error) short.code = error.code
  return short
}

/** What follows the message in a stack, cut to size. */
function framesOf(stack: string, message: string): string {
  const at = stack.indexOf(message)
  const from = at < 0 ? 0 : at + message.length
  return copyOf(stack.slice(from, from + longestStack))
}

function copyOf(text: string): string {
  return text.split('').join('')
}
