import { slotPolicy } from './policy.ts'
import type { Schedule } from './schedule.ts'

const info = Object.freeze({
  kind: 'manual',
  text: 'manual',
  periodMs: undefined,
  cron: undefined,
  timeZone: undefined,
})
const schedule: Schedule = Object.freeze({ info, slots: undefined, policy: slotPolicy({}) })

/** No slots at all: the task runs when it is triggered. */
export function manual(): Schedule {
  return schedule
}
