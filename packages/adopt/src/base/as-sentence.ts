/** Returns the text with a full stop at its end, unless it already ends with a mark. */
export function asSentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}
