import { scheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

const info = scheduleInfo('manual', 'manual')
const policy = slotPolicy({ planning: 'manual' })
const schedule: Schedule = Object.freeze({ info, slots: undefined, policy })

/** Returns the schedule of a task without slots. The task runs only after `trigger()` or `restart()`. */
export function manual(): Schedule {
  return schedule
}
