import type { AlertRule, RecordingRule } from './rule-file.ts'

/** The strings in `rules` must not contain line breaks. */
export function toYaml(group: string, rules: readonly (RecordingRule | AlertRule)[]): string {
  const lines = ['groups:', `  - name: ${group}`, '    rules:']
  for (const rule of rules) {
    for (const [index, line] of entriesOf(rule).entries())
      lines.push(`${index === 0 ? '      - ' : '        '}${line}`)
  }
  return `${lines.join('\n')}\n`
}

function entriesOf(object: object): string[] {
  return Object.entries(object).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return []
    if (typeof value !== 'object' || value === null) return [`${key}: ${scalar(String(value))}`]
    return [`${key}:`, ...entriesOf(value).map((line) => `  ${line}`)]
  })
}

/** Matches a text that YAML reads as a string even without quotes. */
const plain = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z][\w:.-]*$/i

function scalar(text: string): string {
  if (plain.test(text)) return text
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
