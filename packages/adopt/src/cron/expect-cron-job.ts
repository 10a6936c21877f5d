import type { Schedule } from '@runwell/core'
import { expectCron, zoneOfOffset } from '../base/expect-cron.ts'
import type { CronJobParamsLike } from './cron-like.ts'

/** Returns `undefined` for a single date or an unsupported schedule. */
export function expectCronJob(
  name: string,
  { cronTime, timeZone, utcOffset }: CronJobParamsLike,
): Schedule | undefined {
  if (typeof cronTime !== 'string') return undefined
  const zone = timeZone ?? (utcOffset == null ? undefined : zoneOfOffset(utcOffset))
  if (utcOffset != null && zone === undefined) return undefined
  return expectCron(name, cronTime, { days: 'either', timeZone: zone })
}
