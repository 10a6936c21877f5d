import { type Schedule, schedules } from '@runwell/core'
import { expectCron, expectCronAtOffset } from '../base/expect-cron.ts'
import type { CronJobParamsLike } from './cron-like.ts'

/** Returns `undefined` for an unsupported schedule. */
export function expectCronJob(
  name: string,
  { cronTime, timeZone, utcOffset }: CronJobParamsLike,
): Schedule | undefined {
  if (typeof cronTime !== 'string') return expectDate(cronTime)
  if (utcOffset != null && timeZone == null) return expectCronAtOffset(name, cronTime, 'either', utcOffset)
  return expectCron(name, cronTime, { days: 'either', timeZone: timeZone ?? undefined })
}

/**
 * @param date - a `Date` or a `DateTime` of luxon. Returns `undefined` for another value, and for a date in the past: a
 * job with such a date never runs.
 */
export function expectDate(date: unknown): Schedule | undefined {
  const at = typeof date === 'object' && date !== null ? Number(date) : Number.NaN
  return at > Date.now() ? schedules.once({ at: new Date(at) }) : undefined
}
