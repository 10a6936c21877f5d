import type { Now } from '../base/now.ts'
import type { Schedule } from '../schedule/schedule.ts'
import { upcoming } from '../schedule/upcoming.ts'
import { sourceOf } from '../shell/slot-planner.ts'
import type { TaskRecord } from '../shell/task-record.ts'

/** Returns wall times, without jitter and spread. */
export function nextSlotsOf(record: TaskRecord, now: Now, count: number): readonly number[] {
  const { schedule, state, start } = record
  if (state.mode === 'registered') return slotsFromNow(schedule, now, count)
  const { slot } = state
  if (slot === undefined || count === 0) return []
  const slots = sourceOf(record)
  // With `delay`, later slots depend on when the runs end.
  if (slots === undefined) return [now.wall + (slot - now.mono)]
  if (slots.timeline === 'wall') return upcoming({ slots }, slot, now.mono, start.wall, count)
  return upcoming({ slots }, now.wall + (slot - now.mono), slot, start.mono, count)
}

function slotsFromNow(schedule: Schedule, { wall, mono }: Now, count: number): readonly number[] {
  const skipsStart = schedule.policy.first === 'after-period' && schedule.slots?.timeline === 'mono'
  return upcoming(schedule, wall, mono, mono, count + 1)
    .slice(skipsStart ? 1 : 0)
    .slice(0, count)
}
