/** What Sentry takes as a crontab, or why it would not. */
export type Crontab = { readonly value: string } | { readonly refused: string }

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const months = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC'
const days = 'SUN|MON|TUE|WED|THU|FRI|SAT'
const fieldNames = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const
const fieldForms = [
  field('\\d+'),
  field('\\d+'),
  field('\\d+'),
  field(`\\d+|${months}`),
  field(`\\d+|${days}`),
]

/** A list of `*`, values and ranges, each with a step or without: what every cron understands in the same way. */
function field(value: string): RegExp {
  const item = `(?:\\*|(?:${value})(?:-(?:${value}))?)(?:/\\d+)?`
  return new RegExp(`^${item}(?:,${item})*$`, 'i')
}

/** Sentry takes five fields and no extensions, and says nothing when it drops a monitor that has others. */
export function crontab(expression: string): Crontab {
  const text = expression.trim().replace(/\s+/g, ' ')
  if (text.startsWith('@')) {
    const value = nicknames[text.toLowerCase()]
    return value === undefined ? { refused: `Sentry does not know '${text}'` } : { value }
  }
  const fields = text.split(' ')
  if (fields.length !== 5) {
    return { refused: `Sentry takes crontabs of five fields, and '${text}' has ${fields.length}` }
  }
  const odd = fieldForms.findIndex((form, index) => !form.test(fields[index] ?? ''))
  if (odd === -1) return { value: text }
  return { refused: `Sentry does not understand '${fields[odd]}' as the ${fieldNames[odd]} of '${text}'` }
}
