import { type Schedule, schedules } from '@runwell/core'
import { expectCron, expectCronAtOffset } from '../base/expect-cron.ts'
import type { CronJobParamsLike } from './cron-like.ts'

export function expectCronJob(
  name: string,
  { cronTime, timeZone, utcOffset }: CronJobParamsLike,
): Schedule | undefined {
  if (typeof cronTime !== 'string') return expectDate(cronTime)
  if (utcOffset != null && timeZone == null) return expectCronAtOffset(name, cronTime, 'either', utcOffset)
  return expectCron(name, cronTime, { days: 'either', timeZone: timeZone ?? undefined })
}

/**
 * Returns `undefined` for a date in the past, because its job never runs.
 *
 * @param date - a `Date` or a `DateTime` of luxon. For any other value, returns `undefined`.
 */
export function expectDate(date: unknown): Schedule | undefined {
  const at = typeof date === 'object' && date !== null ? Number(date) : Number.NaN
  return at > Date.now() ? schedules.once({ at: new Date(at) }) : undefined
}
