import { every, type Schedule } from '@runwell/core'
import { expectCron, zoneOfOffset } from '../base/expect-cron.ts'
import type { CronerLike, CronerOptionsLike } from './croner-like.ts'

/** Returns `undefined` for a single date or an unsupported schedule. */
export function expectCroner(name: string, job: CronerLike): Schedule | undefined {
  const { timezone, utcOffset, legacyMode, interval = 0, dayOffset = 0 } = job.options as CronerOptionsLike
  const pattern = job.getPattern()
  if (pattern === undefined || dayOffset !== 0) return undefined
  const days = legacyMode === false ? 'both' : 'either'
  const timeZone = timezone ?? (utcOffset === undefined ? undefined : zoneOfOffset(utcOffset))
  if (utcOffset !== undefined && timeZone === undefined) return undefined
  const schedule = expectCron(name, pattern, { days, timeZone })
  const { periodMs } = schedule?.info ?? {}
  if (interval === 0 || periodMs === undefined) return schedule
  // After a run, croner waits for the interval, and then for the next match of the pattern.
  return every(Math.ceil((interval * 1_000) / periodMs) * periodMs, {
    first: 'after-period',
    anchor: 'start',
  })
}
