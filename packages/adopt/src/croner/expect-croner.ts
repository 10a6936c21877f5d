import { every, type Schedule } from '@runwell/core'
import { expectCron, expectCronAtOffset, expectDate, withoutExpected } from '../base/expect-cron.ts'
import type { CronerLike, CronerOptionsLike } from './croner-like.ts'

/** Whether the job has at most one run left, for example at a date. */
export function isLastRun(job: CronerLike): boolean {
  return job.nextRuns(2).length < 2
}

/** Returns `undefined` for a job without a further run, and for an unsupported schedule. */
export function expectCroner(name: string, job: CronerLike): Schedule | undefined {
  const { timezone, utcOffset, legacyMode, interval = 0, dayOffset = 0 } = job.options as CronerOptionsLike
  // croner 9 also returns a pattern for a date: `* * * * *`.
  if (isLastRun(job)) return expectDate(job.nextRun())
  const pattern = job.getPattern()
  if (pattern === undefined) return undefined
  if (dayOffset !== 0) return withoutExpected(name, 'it has the option dayOffset.')
  const days = legacyMode === false ? 'both' : 'either'
  const hasOffset = utcOffset !== undefined && timezone === undefined
  const schedule = hasOffset
    ? expectCronAtOffset(name, pattern, days, utcOffset)
    : expectCron(name, pattern, { days, timeZone: timezone })
  const { periodMs } = schedule?.info ?? {}
  if (interval === 0 || periodMs === undefined) return schedule
  // After a run, croner waits for the interval, and then for the next match of the pattern.
  return every(Math.ceil((interval * 1_000) / periodMs) * periodMs, {
    first: 'after-period',
    anchor: 'start',
  })
}
