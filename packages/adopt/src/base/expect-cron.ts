import { cron, InvalidOptionError, type Schedule } from '@runwell/core'

interface Dialect {
  /** `both`: a day must match the day of month and the day of week. `either`: one of them, if both are restricted. */
  readonly days: 'both' | 'either'
  readonly timeZone: string | undefined
}

/** Names that some host libraries accept instead of a pattern. */
const nicknames: Readonly<Record<string, string>> = {
  '@secondly': '* * * * * *',
  '@minutely': '* * * * *',
  '@midnight': '0 0 * * *',
  '@annually': '0 0 1 1 *',
  '@weekdays': '0 0 * * 1-5',
  '@weekends': '0 0 * * 0,6',
}

/**
 * Returns the schedule that a host library follows with this pattern. If Runwell cannot read the pattern, warns and
 * returns `undefined`. Runwell then counts the runs of the job, but does not notice a missing run.
 */
export function expectCron(job: string, pattern: string, dialect: Dialect): Schedule | undefined {
  try {
    return hostCron(pattern, dialect)
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    const cure =
      "Its runs are counted, but a missing run is not noticed. Give the option `expects`, for instance every('1d')."
    process.emitWarning(`Runwell: cannot read the schedule of job '${job}': ${error.message} ${cure}`)
    return undefined
  }
}

/**
 * Returns the schedule that a host library follows with this pattern.
 *
 * @throws {@link InvalidOptionError} for a pattern that Runwell cannot read
 */
export function hostCron(pattern: string, { days, timeZone }: Dialect): Schedule {
  const text = pattern.trim()
  const fields = (nicknames[text.toLowerCase()] ?? text).split(/\s+/)
  const [weekday = '', day = ''] = [fields.at(-1), fields.at(-3)]
  if (fields.length >= 5 && days === 'both' && !/^[*?+]$/.test(weekday))
    fields[fields.length - 1] = `+${weekday}`
  if (fields.length >= 5 && days === 'either') {
    // For the host library, a day field such as `*/2` restricts the days. For Runwell, as for the cron of Debian, a
    // field that begins with `*` does not. So the field becomes a range.
    fields[fields.length - 1] = weekday.replace(/^\*\//, '0-6/')
    fields[fields.length - 3] = day.replace(/^\*\//, '1-31/')
  }
  return cron(fields.join(' '), timeZone === undefined ? {} : { timeZone })
}

/** Returns a time zone with this offset from UTC in minutes. `undefined` if that is not a whole number of hours. */
export function zoneOfOffset(minutes: number): string | undefined {
  const hours = minutes / 60
  if (hours === 0) return 'UTC'
  // In these names the signs are reversed: `Etc/GMT-2` is two hours ahead of UTC.
  return Number.isInteger(hours) ? `Etc/GMT${hours < 0 ? '+' : '-'}${Math.abs(hours)}` : undefined
}

/** If the host library delays each run by up to `delayMs`, returns the option `grace`: its default plus `delayMs`. */
export function graceWithDelay(expected: Schedule | undefined, delayMs = 0): { readonly grace?: number } {
  const halfMs = (expected?.info.periodMs ?? 0) / 2
  return delayMs > 0 ? { grace: Math.min(300_000, Math.max(30_000, halfMs)) + delayMs } : {}
}
