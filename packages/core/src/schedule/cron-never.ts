import type { CronFields } from './cron-fields.ts'

export function neverMatches(cron: CronFields, expression: string): string {
  const namedMonths = numbersOf(cron.months)
  const longest = Math.max(
    ...namedMonths.map((month) => (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31)),
  )
  const [day = 0] = numbersOf(cron.days | cron.nearWeekdays)
  if (day > longest && !cron.lastDay && !cron.lastWeekday) {
    const which = namedMonths.length === 1 ? `month ${namedMonths[0]}` : `months ${listText(namedMonths)}`
    return `Day ${day} does not exist in ${which}. For the last day of each month use L.`
  }
  const cure = expression.includes('+') ? 'Without + either day field may match.' : 'Use fewer of them.'
  return `No day matches its day of the month, its month and its weekday together. ${cure}`
}

/** Returns the positions of the set bits. The lowest bit has position 1. */
function numbersOf(bits: number): readonly number[] {
  const found: number[] = []
  for (let bit = 0; bit < 31; bit += 1) if (bits & (1 << bit)) found.push(bit + 1)
  return found
}

function listText(values: readonly number[]): string {
  return `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`
}
