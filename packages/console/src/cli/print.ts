import { styleText } from 'node:util'
import type { HealthStatus } from '@runwell/core'
import { formatMs } from '@runwell/core/adapter'
import Table from 'cli-table3'

type Style = Parameters<typeof styleText>[0]

/** Whether people read the output. `NO_COLOR` is honoured. */
export const hasColor = process.stdout.isTTY === true && !process.env['NO_COLOR']

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
  return styled(styles[status], status)
}

/** A table without lines, so that `grep` and `awk` can read it too. */
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
  made.push(...rows.map((row) => row.map(oneLine)))
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Texts of tasks and errors may have line breaks and control characters, which must not reach the terminal. */
export function oneLine(text: string): string {
  const escapeCharacter = String.fromCharCode(27)
  return [...text]
    .map((character) =>
      (character < ' ' && character !== escapeCharacter) || character === '\u007f' ? ' ' : character,
    )
    .join('')
}

/** A text of the process: without any control character. */
export function foreign(text: string | undefined, longest = 100): string {
  const plain = oneLine((text ?? '').replaceAll(String.fromCharCode(27), ' '))
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain
}

export function relative(at: number | undefined, now: number): string {
  if (at === undefined) return '-'
  const ms = Math.round((at - now) / 1_000) * 1_000
  if (ms === 0) return 'now'
  return ms > 0 ? `in ${formatMs(ms)}` : `${formatMs(-ms)} ago`
}
