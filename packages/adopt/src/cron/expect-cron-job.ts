import type { Schedule } from '@runwell/core'
import { expectCron, expectCronAtOffset, expectDate } from '../base/expect-cron.ts'
import type { CronJobParamsLike } from './cron-like.ts'

export function expectCronJob(
  name: string,
  { cronTime, timeZone, utcOffset }: CronJobParamsLike,
): Schedule | undefined {
  if (typeof cronTime !== 'string') return expectDate(cronTime)
  if (utcOffset != null && timeZone == null) return expectCronAtOffset(name, cronTime, 'either', utcOffset)
  return expectCron(name, cronTime, { days: 'either', timeZone: timeZone ?? undefined })
}
