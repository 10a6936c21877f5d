import { CronPattern } from 'croner'
import { aDuration, type Duration, msOf } from '../base/duration.ts'
import { InvalidOptionError } from '../base/errors.ts'
import { anything, checkOptions, type OptionTable, oneOf } from '../base/options.ts'
import { scheduleInfo } from '../base/schedule-info.ts'
import { referenceEndMs, referenceMs, shortestDistance } from './cron-distance.ts'
import { cronFault } from './cron-fault.ts'
import type { CronFields } from './cron-fields.ts'
import { firstMatch } from './cron-fields.ts'
import { neverMatches } from './cron-never.ts'
import type { SpanEntry } from './cron-slots.ts'
import { CronSlots } from './cron-slots.ts'
import type { Misfire, Schedule } from './schedule.ts'
import { aCatchUp, aMisfire, catchUpMs, misfireOf, slotPolicy } from './slot-policy.ts'
import { timeZoneOf } from './time-zone.ts'

/** Options of {@link cron}. */
export interface CronOptions {
  /**
   * The time zone, such as `'Europe/Berlin'` or `'UTC'`.
   * @defaultValue the time zone of the process when `cron` is called
   */
  readonly timeZone?: string | undefined
  /**
   * What happens when the clocks change. If the minutes or the hours begin with `*` or `?`, this option has no
   * effect.
   *
   * - `'debian'`: all skipped times together cause one run, right after the gap. Repeated times run once.
   * - `'literal'`: skipped times do not run. Repeated times run twice.
   * - `'skip'`: skipped times do not run. Repeated times run once.
   *
   * @defaultValue `'debian'`
   */
  readonly dst?: 'debian' | 'literal' | 'skip' | undefined
  /**
   * Which slots run if several slots could not be handled in time, for example because the event loop was blocked.
   * @defaultValue `'coalesce'`
   */
  readonly misfire?: Misfire | undefined
  /**
   * A slot that is late by more than this time is reported as missed and does not run. Values below `'1s'` count as
   * `'1s'`. Misfire `'skip'` can shorten this time. For a task of a fleet, the default is at least `'10s'`, except
   * with misfire `'skip'` or `{ all: n }`.
   * @defaultValue the shortest distance between slots, at most `'1h'`; unlimited with misfire `{ all: n }`
   */
  readonly catchUp?: Duration | undefined
  /**
   * The longest random delay of a run after its slot. The delay is never longer than the time until the next slot.
   * @defaultValue `0`
   */
  readonly jitter?: Duration | undefined
}

const policies = ['debian', 'literal', 'skip'] as const
const cronOptions: OptionTable<CronOptions> = {
  timeZone: anything,
  dst: oneOf(policies),
  misfire: aMisfire,
  catchUp: aCatchUp,
  jitter: aDuration,
}
/** Other libraries use these names for `timeZone`. */
const aliases = { tz: 'timeZone', timezone: 'timeZone', zone: 'timeZone', utcOffset: 'timeZone' }
const entries: Readonly<Record<(typeof policies)[number], SpanEntry>> = {
  debian: 'continue',
  literal: 'follow',
  skip: 'later',
}

/**
 * Returns a schedule from a cron expression: minute, hour, day of the month, month and weekday. With six fields, the
 * first field is the second. Also allowed: `@hourly` `@daily` `@midnight` `@weekly` `@monthly` `@yearly` `@annually`.
 *
 * If the day of the month and the weekday are both restricted, the task runs on each day that matches at least one of
 * them: `0 0 13 * FRI` runs on each 13th and each Friday. With `+` before the weekday, the day must match both
 * fields: `0 0 13 * +FRI` runs on each Friday the 13th.
 *
 * @throws {@link InvalidOptionError} if the expression is invalid or never matches, or the time zone is unknown.
 * @example cron('0 3 * * *', { timeZone: 'Europe/Berlin' })
 */
export function cron(expression: string, options: CronOptions = {}): Schedule {
  const pattern = parse(expression)
  checkOptions('cron', options, cronOptions, 'cron', aliases)
  const { dst = 'debian', jitter = 0 } = options
  const misfire = misfireOf(options.misfire)
  const { name: timeZone, zone } = timeZoneOf('cron.timeZone', options.timeZone)
  const fields = fieldsOf(pattern)
  if (firstMatch(fields, referenceMs, referenceEndMs) === undefined) {
    const expected = `one that matches a date within 50 years (${neverMatches(fields, expression)})`
    throw new InvalidOptionError('cron.expression', expected, expression)
  }
  const periodMs = shortestDistance(fields)
  const policy = slotPolicy({
    planning: 'slots',
    dst,
    misfire,
    // With misfire `{ all: n }`, the newest n slots must run. The distances between slots vary, so a fixed limit
    // could exclude some of these slots.
    catchUpMs: catchUpMs({
      asked: options.catchUp,
      misfire,
      periodMs,
      spanOf: () => Number.POSITIVE_INFINITY,
    }),
    catchUpGiven: options.catchUp !== undefined || typeof misfire === 'object',
    jitterMs: msOf(jitter),
  })
  const text = `cron ${expression.trim().replace(/\s+/g, ' ')} (${timeZone})`
  const info = scheduleInfo('cron', text, { periodMs, cron: textOf(pattern), timeZone })
  const isFixed = hasFixedTimes(pattern)
  const slots = new CronSlots(fields, zone, isFixed ? entries[dst] : 'follow', !isFixed)
  return Object.freeze({ info, slots, policy })
}

function parse(expression: unknown): CronPattern {
  const expected = 'a cron expression of five or six fields'
  if (typeof expression !== 'string') throw new InvalidOptionError('cron.expression', expected, expression)
  try {
    return new CronPattern(expression, undefined, { mode: '5-or-6-parts' })
  } catch {
    // The library croner does not say how to correct an expression.
    const why = cronFault(expression) ?? 'Use for example 0 3 * * * for 3:00 each day.'
    throw new InvalidOptionError('cron.expression', `${expected} (${why})`, expression)
  }
}

/** The library croner has already replaced a nickname such as `@daily` by its fields. */
function textOf(pattern: CronPattern): string {
  return pattern.pattern.trim().replace(/\s+/g, ' ')
}

/** Only the first character decides whether a field is restricted, as in Debian's cron. */
function isWild(field: string | undefined): boolean {
  return field === undefined || field.startsWith('*') || field.startsWith('?')
}

function hasFixedTimes(pattern: CronPattern): boolean {
  const [minute, hour] = textOf(pattern).split(' ').slice(-5)
  return !isWild(minute) && !isWild(hour)
}

/** True if the day of the month and the weekday are both restricted, and a day needs to match only one of them. */
export function matchesEitherDay(expression: string): boolean {
  const [, , day, , weekday] = expression.split(' ').slice(-5)
  return !isWild(day) && !isWild(weekday) && weekday?.startsWith('+') === false
}

/** The parsed pattern takes 83 KB, so only these fields are kept. */
function fieldsOf(pattern: CronPattern): CronFields {
  const { lastDayOfMonth, lastWeekday, starDOW } = pattern
  return Object.freeze({
    seconds: nextTable(pattern.second),
    minutes: nextTable(pattern.minute),
    hours: nextTable(pattern.hour),
    months: bitsOf(pattern.month),
    days: bitsOf(pattern.day),
    nearWeekdays: bitsOf(pattern.nearestWeekdays),
    lastDay: lastDayOfMonth,
    lastWeekday,
    weekdays: starDOW ? undefined : Object.freeze([...pattern.dayOfWeek]),
    needsBoth: !matchesEitherDay(textOf(pattern)),
  })
}

function nextTable(matches: readonly number[]): Uint8Array {
  return Uint8Array.from(matches, (_, value) => {
    const next = matches.indexOf(1, value)
    return next === -1 ? matches.length : next
  })
}

function bitsOf(matches: readonly number[]): number {
  return matches.reduce((bits, match, index) => (match ? bits | (1 << index) : bits), 0)
}
