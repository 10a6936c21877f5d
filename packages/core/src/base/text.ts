/**
 * Returns a copy of `text` in its own memory. A slice of a string keeps the whole string in memory, so strings that are stored
 * are copied.
 */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

/** Truncates `text` to `length` characters, without splitting a surrogate pair. Copies it only if it was longer. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 2)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return ownText(`${text.slice(0, splitsPair ? length - 2 : length - 1)}…`)
}
