import { every, InvalidOptionError, type Schedule, schedules } from '@runwell/core'
import { hostCron, zoneOfOffset } from '../base/expect-cron.ts'

export interface HostSchedule {
  readonly kind: 'cron' | 'interval' | 'timeout'
  readonly name: string | undefined
  readonly options: CronMetadata & { readonly timeout?: number }
}

interface CronMetadata {
  readonly name?: string
  readonly cronTime?: string | Date | { toJSDate(): Date }
  readonly timeZone?: string
  /** The offset from UTC in minutes. */
  readonly utcOffset?: number
  readonly disabled?: boolean
  /** For this many milliseconds after the start of the application, no run begins. */
  readonly initialDelay?: number
}

export function scheduleOf({ kind, options }: HostSchedule): Schedule {
  const { timeout = 0, cronTime = '' } = options
  // Without `immediate`, all slots would be later by the spread of the task. But `@nestjs/schedule` begins the first
  // run exactly one period after the start.
  if (kind === 'interval') return every(timeout, { immediate: true, first: 'after-period' })
  if (kind === 'timeout') return schedules.once({ after: timeout, keep: true })
  if (typeof cronTime !== 'string') return schedules.once({ at: instantOf(cronTime), keep: true })
  return hostCron(cronTime, { days: 'either', timeZone: zoneOf(options) })
}

/** `@nestjs/schedule` does not run a job whose date has passed. */
export function isPast({ kind, options: { cronTime } }: HostSchedule, now: number): boolean {
  return kind === 'cron' && typeof cronTime === 'object' && instantOf(cronTime).getTime() < now
}

function instantOf(cronTime: Date | { toJSDate(): Date }): Date {
  return 'toJSDate' in cronTime ? cronTime.toJSDate() : cronTime
}

function zoneOf({ timeZone, utcOffset }: CronMetadata): string | undefined {
  if (utcOffset === undefined || timeZone !== undefined) return timeZone
  const zone = zoneOfOffset(utcOffset)
  if (zone !== undefined) return zone
  throw new InvalidOptionError('utcOffset', 'a whole number of hours; for others give `timeZone`', utcOffset)
}
