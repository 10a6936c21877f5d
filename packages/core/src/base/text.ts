/**
 * `text` in memory of its own. A slice of a text, and what was joined with one, holds on to all of the text that it was
 * taken from; what is kept should not.
 */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

/** At most `length` characters of `text`; of a longer one, and only then, in memory of its own. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 2)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return ownText(`${text.slice(0, splitsPair ? length - 2 : length - 1)}…`)
}
