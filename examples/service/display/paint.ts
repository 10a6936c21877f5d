import { inspect, stripVTControlCharacters } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export type Paint = (style: Style, text: string) => string

export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const isColoured = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return isColoured ? coloured : (_, text) => text
}

function coloured(style: Style, text: string): string {
  const [on, off] = inspect.colors[style] ?? [0, 0]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = clip(text, width)
  return align === 'left' ? cut.padEnd(width) : cut.padStart(width)
}

/** Returns one line of at most `width` columns. Removes terminal escape codes, so add a style after this call. */
export function clip(text: string, width: number): string {
  // The text of an error must not move the cursor.
  const plain = stripVTControlCharacters(text).replace(/[\r\n\t]+/g, ' ')
  return plain.length <= width ? plain : `${plain.slice(0, Math.max(0, width - 1))}…`
}

export function brief(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)}s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds}s`
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
