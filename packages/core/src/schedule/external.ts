import type { ScheduleInfo } from '../base/task-info.ts'
import { slotPolicy } from './policy.ts'
import type { Schedule } from './schedule.ts'

const policy = slotPolicy({})

function make(kind: 'call' | 'spawn', text: string): Schedule {
  const info: ScheduleInfo = Object.freeze({
    kind,
    text,
    periodMs: undefined,
    cron: undefined,
    timeZone: undefined,
  })
  return Object.freeze({ info, slots: undefined, policy })
}

const schedules = { call: make('call', 'called by others'), spawn: make('spawn', 'spawned') } as const

/**
 * The schedule of work that somebody else starts.
 * @internal
 */
export function external(kind: 'call' | 'spawn'): Schedule {
  return schedules[kind]
}
