import { InvalidOptionError } from '../base/errors.ts'
import { isExternal, type ScheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskRecord } from '../shell/task-record.ts'

/** The schedule of the newest `reschedule()`, even if the change is still pending. */
export function currentSchedule({ schedule, readonlyExtras }: TaskRecord): Schedule {
  return readonlyExtras.reschedules?.at(-1)?.schedule ?? schedule
}

export function canExpect(former: ScheduleInfo, next: ScheduleInfo): boolean {
  return isExternal(former) && former.hasSlots && !next.restarts
}

export function canReschedule(schedule: ScheduleInfo): boolean {
  return !schedule.restarts && !isExternal(schedule)
}

export function cannotChange(former: ScheduleInfo, { info }: Schedule): InvalidOptionError {
  return new InvalidOptionError('schedule', expectedOf(former, info), info.text)
}

function expectedOf(former: ScheduleInfo, next: ScheduleInfo): string {
  if (former.kind === 'loop' || next.restarts)
    return `a schedule that a task of kind '${former.kind}' can change to (to change to or from a loop, unregister() it and register() it again)`
  if (isExternal(former) && former.hasSlots)
    return 'unchanged: other code runs this task, and the option `control` has no function `reschedule`'
  if (isExternal(former)) return 'left to the code that runs this task: no schedule is expected of it'
  return `a schedule that a task of kind '${former.kind}' can change to`
}
