import { cutText, ownText } from '@runwell/core/adapter'

/**
 * Maximum lengths in characters. The rest is cut off, because exporters keep thousands of spans in memory, and
 * backends refuse long texts.
 */
const longestMessage = 4_096
const longestStack = 16_384

export function truncateError(error: Error): Error {
  const { name, message } = error
  const stack = error.stack ?? ''
  if (typeof message !== 'string' || typeof stack !== 'string') return error
  if (message.length <= longestMessage && stack.length <= longestStack) return error
  const short: Error & { code?: unknown } = new Error(cutText(message, longestMessage))
  short.name = name
  short.stack = `${name}: ${cutText(message, longestMessage)}${framesOf(stack, message)}`
  if ('code' in error) short.code = error.code
  return short
}

function framesOf(stack: string, message: string): string {
  const at = stack.indexOf(message)
  const from = at < 0 ? 0 : at + message.length
  // Copied, because a slice would keep the whole stack in memory.
  return ownText(stack.slice(from, from + longestStack))
}
