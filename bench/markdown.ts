import type { Spread } from './rounds.ts'

type Cell = string | number

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumber = (column: number) => rows.every((row) => /^[^a-z]*\d/.test(String(row[column])))
  const rule = head.map((_, column) => (column > 0 && isNumber(column) ? '---:' : '---'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return Number(value.toFixed(Math.min(digits, 4))).toLocaleString('en-US')
}

export function ranged({ median, min, max }: Spread): string {
  return min === max ? figure(median) : `${figure(median)} (${figure(min)}–${figure(max)})`
}

export function timesAs(ratio: number): string {
  return `${figure(ratio)} ×`
}
