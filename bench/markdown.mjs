/** A Markdown table. Cells that are numbers stand right. */
export function table(head, rows) {
  const isNumber = (column) => rows.every((row) => /^[^a-z]*\d/.test(String(row[column])))
  const rule = head.map((_, column) => (column > 0 && isNumber(column) ? '---:' : '---'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** Three figures, with thin groups: `1,234`, `12.3`, `0.123`. */
export function figure(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return Number(value.toFixed(Math.min(digits, 4))).toLocaleString('en-US')
}

/** A median with its range, `12.3 (11.9–14.0)`; of one sample, that. */
export function ranged({ median, min, max }) {
  return min === max ? figure(median) : `${figure(median)} (${figure(min)}–${figure(max)})`
}

/** A ratio, `1.23 ×`. */
export function timesAs(ratio) {
  return `${figure(ratio)} ×`
}
