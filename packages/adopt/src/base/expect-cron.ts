import { cron, InvalidOptionError, type Schedule, schedules } from '@runwell/core'
import { defaultGraceMs, emitProcessWarning } from '@runwell/core/adapter'
import { asSentence } from './as-sentence.ts'

interface Dialect {
  /**
   * Which days match if a pattern restricts the day of the month and also the weekday. `both`: days that match both
   * fields. `either`: days that match at least one of the two fields.
   */
  readonly days: 'both' | 'either'
  readonly timeZone: string | undefined
}

const nicknames: Readonly<Record<string, string>> = {
  '@secondly': '* * * * * *',
  '@minutely': '* * * * *',
  '@midnight': '0 0 * * *',
  '@annually': '0 0 1 1 *',
  '@weekdays': '0 0 * * 1-5',
  '@weekends': '0 0 * * 0,6',
}

export function expectCron(job: string, pattern: string, dialect: Dialect): Schedule | undefined {
  try {
    return hostCron(pattern, dialect)
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    return withoutExpected(job, error.message)
  }
}

export function withoutExpected(job: string, why: string): undefined {
  const cure =
    "Its runs are counted, but a missing run is not noticed. Give the option `expects`: a cron(…) with the times of the job, or for instance every('1d', { phase: '3h' }) for 03:00 UTC each day."
  emitProcessWarning(`Runwell: cannot read the schedule of job '${job}': ${asSentence(why)} ${cure}`)
  return undefined
}

export function hostCron(pattern: string, { days, timeZone }: Dialect): Schedule {
  const text = pattern.trim()
  const fields = (nicknames[text.toLowerCase()] ?? text).split(/\s+/)
  const [weekday = '', day = ''] = [fields.at(-1), fields.at(-3)]
  if (fields.length >= 5 && days === 'both' && !/^[*?+]$/.test(weekday))
    fields[fields.length - 1] = `+${weekday}`
  if (fields.length >= 5 && days === 'either') {
    // With `either`, the host library treats `*/2` as a restriction. In Runwell, a day must match both fields if one
    // of them begins with `*`. So `*/2` is written as `1-31/2` or `0-6/2`.
    fields[fields.length - 1] = weekday.replace(/^\*\//, '0-6/')
    fields[fields.length - 3] = day.replace(/^\*\//, '1-31/')
  }
  return cron(fields.join(' '), timeZone === undefined ? {} : { timeZone })
}

/**
 * Returns the time zone with this offset from UTC in minutes, such as `Etc/GMT-2`. Returns `undefined` if the offset
 * is not a whole number of hours.
 */
export function zoneOfOffset(minutes: number): string | undefined {
  const hours = minutes / 60
  if (hours === 0) return 'UTC'
  // The sign is reversed: `Etc/GMT-2` is two hours ahead of UTC.
  return Number.isInteger(hours) ? `Etc/GMT${hours < 0 ? '+' : '-'}${Math.abs(hours)}` : undefined
}

export function expectCronAtOffset(
  job: string,
  pattern: string,
  days: Dialect['days'],
  offset: number,
): Schedule | undefined {
  const timeZone = zoneOfOffset(offset)
  if (timeZone === undefined)
    return withoutExpected(job, `its utcOffset of ${offset} min is not a whole number of hours.`)
  return expectCron(job, pattern, { days, timeZone })
}

/** Adds `delayMs` to the default of `grace`, because the host library may start each run up to `delayMs` late. */
export function graceWithDelay(expected: Schedule | undefined, delayMs = 0): { readonly grace?: number } {
  return delayMs > 0 ? { grace: defaultGraceMs(expected?.info.periodMs ?? 0) + delayMs } : {}
}

/**
 * @param date - a `Date` or a `DateTime` of luxon. Returns `undefined` for another value, and for a date in the past: a
 * job with such a date never runs.
 */
export function expectDate(date: unknown): Schedule | undefined {
  const at = typeof date === 'object' && date !== null ? Number(date) : Number.NaN
  return at > Date.now() ? schedules.once({ at: new Date(at) }) : undefined
}
