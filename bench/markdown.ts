import type { Spread } from './rounds.ts'

type Cell = string | number

/** A Markdown table. Columns of numbers are aligned to the right, except the first column. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumber = (column: number) => rows.every((row) => /^[^a-z]*\d/.test(String(row[column])))
  const rule = head.map((_, column) => (column > 0 && isNumber(column) ? '---:' : '---'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/**
 * Rounds to three significant digits, with at most three decimals: `12.3`, `0.123`. Rounds larger numbers to whole
 * numbers: `1,234`. Returns `–` without a number.
 */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return Number(value.toFixed(Math.min(digits, 4))).toLocaleString('en-US')
}

/** Returns a median with its range, `12.3 (11.9–14.1)`. Returns only the median if all samples are equal. */
export function ranged({ median, min, max }: Spread): string {
  return min === max ? figure(median) : `${figure(median)} (${figure(min)}–${figure(max)})`
}

export function timesAs(ratio: number): string {
  return `${figure(ratio)} ×`
}
