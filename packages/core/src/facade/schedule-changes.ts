import { InvalidOptionError } from '../base/errors.ts'
import { isExternal, type ScheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from '../schedule/schedule.ts'

export function canExpect(former: ScheduleInfo, next: ScheduleInfo): boolean {
  return isExternal(former) && former.hasSlots && !next.restarts
}

export function canReschedule(schedule: ScheduleInfo): boolean {
  return !schedule.restarts && !isExternal(schedule)
}

export function cannotChange(kind: ScheduleInfo['kind'], { info }: Schedule): InvalidOptionError {
  const cure = ' (to change to or from a loop, unregister() it and register() it again)'
  const isOfLoop = kind === 'loop' || info.restarts
  const expected = `a schedule that a task of kind '${kind}' can change to${isOfLoop ? cure : ''}`
  return new InvalidOptionError('schedule', expected, info.text)
}
