import { scheduleInfo } from '../base/schedule-info.ts'
import type { Schedule } from './schedule.ts'
import { slotPolicy } from './slot-policy.ts'

const schedules: Readonly<Record<'call' | 'spawn', Schedule>> = {
  call: Object.freeze({
    info: scheduleInfo('call', 'called by others'),
    slots: undefined,
    policy: slotPolicy({ planning: 'call' }),
  }),
  spawn: Object.freeze({
    info: scheduleInfo('spawn', 'spawned'),
    slots: undefined,
    policy: slotPolicy({ planning: 'manual' }),
  }),
}

/**
 * Returns the schedule of a task that other code calls or spawns.
 * @internal
 */
export function external(kind: 'call' | 'spawn'): Schedule {
  return schedules[kind]
}
