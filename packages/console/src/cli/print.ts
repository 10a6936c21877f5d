import { styleText } from 'node:util'
import type { HealthStatus } from '@runwell/core'
import Table from 'cli-table3'
import { relative as relativeTo } from '../api/span.ts'

type Style = Parameters<typeof styleText>[0]

const hasColor = process.stdout.isTTY === true && !process.env['NO_COLOR']

export function styled(style: Style, text: string): string {
  return hasColor ? styleText(style, text) : text
}

const styles: Readonly<Record<HealthStatus, Style>> = {
  healthy: 'green',
  unknown: 'gray',
  degraded: 'yellow',
  unhealthy: 'red',
}

export function health(status: HealthStatus): string {
  return styled(styles[status], foreign(status))
}

/**
 * Returns a table without border lines, so that `grep` and `awk` can read it. Pass each text from the console through
 * `foreign()` first: it removes characters that control the terminal.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
  }
  const chars = {
    ...none,
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  }
  const made = new Table({
    head: head.map((title) => styled('bold', title)),
    chars,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  made.push(...rows.map((row) => [...row]))
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Characters that move the cursor, change the terminal, are invisible, or reverse text. */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** Replaces unprintable characters by spaces. @param kept - a character to keep, such as a line break */
export function plain(text: string, kept = ''): string {
  return text.replace(unprintable, (character) => (character === kept ? character : ' '))
}

/** Makes a text from the console safe to print in one line of a terminal. */
export function foreign(text: string | undefined, longest = 100): string {
  const safe = plain(text ?? '')
  return safe.length > longest ? `${safe.slice(0, longest - 1)}…` : safe
}

/** Escapes unprintable characters, so that a terminal can show the JSON. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export function relative(at: number | undefined, now: number): string {
  return at === undefined ? '-' : relativeTo(at, now)
}
