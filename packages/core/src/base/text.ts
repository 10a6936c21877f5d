/** Returns a copy of `text` that has its own memory. A slice would keep the longer string in memory. */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

/** Cuts `text` to `length` characters. The last character of a cut text is `…`. Does not split a surrogate pair. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 2)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return ownText(`${text.slice(0, splitsPair ? length - 2 : length - 1)}…`)
}
