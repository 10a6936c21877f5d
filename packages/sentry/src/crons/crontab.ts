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

function field(value: string): RegExp {
  const item = `(?:\\*|(?:${value})(?:-(?:${value}))?)(?:/\\d+)?`
  return new RegExp(`^${item}(?:,${item})*$`, 'i')
}

/**
 * Converts nicknames such as `@daily`. Refuses expressions that Sentry does not support, because Sentry would drop
 * the monitor silently.
 */
export function crontab(expression: string): Crontab {
  const text = expression.trim().replace(/\s+/g, ' ')
  if (text.startsWith('@')) {
    const value = nicknames[text.toLowerCase()]
    return value === undefined ? { refused: `Sentry does not support '${text}'` } : { value }
  }
  const fields = text.split(' ')
  if (fields.length !== 5) {
    return { refused: `Sentry accepts crontabs with five fields, but '${text}' has ${fields.length}` }
  }
  const invalid = fieldForms.findIndex((form, index) => !form.test(fields[index] ?? ''))
  if (invalid === -1) return { value: text }
  return {
    refused: `Sentry does not support '${fields[invalid]}' as the ${fieldNames[invalid]} of '${text}'`,
  }
}
