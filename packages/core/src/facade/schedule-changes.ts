import { InvalidOptionError } from '../base/errors.ts'
import { isExternal, type ScheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from '../schedule/schedule.ts'

/**
 * Whether `next` can replace the expected schedule `former` of an external task. `former` must have slots, and `next`
 * must not be a loop.
 */
export function canExpect(former: ScheduleInfo, next: ScheduleInfo): boolean {
  return isExternal(former) && former.hasSlots && !next.restarts
}

/** Returns `false` for a loop, and for work that other code starts: these can't get another schedule. */
export function canReschedule(schedule: ScheduleInfo): boolean {
  return !schedule.restarts && !isExternal(schedule)
}

export function cannotChange(kind: ScheduleInfo['kind'], { info }: Schedule): InvalidOptionError {
  const cure = ' (to change to or from a loop, unregister() it and register() it again)'
  const isOfLoop = kind === 'loop' || info.restarts
  const expected = `a schedule that a task of kind '${kind}' can change to${isOfLoop ? cure : ''}`
  return new InvalidOptionError('schedule', expected, info.text)
}
