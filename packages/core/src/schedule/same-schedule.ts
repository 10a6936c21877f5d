import type { Misfire, Schedule } from './schedule.ts'

/** Whether two schedules have the same slots and handle them in the same way. */
export function isSameSchedule(a: Schedule, b: Schedule): boolean {
  return a === b || (haveSameFields(a.info, b.info) && haveSameFields(a.policy, b.policy))
}

function haveSameFields<Fields extends object>(a: Fields, b: Fields): boolean {
  for (const key in a) if (a[key] !== b[key] && !isSameMisfire(a[key], b[key])) return false
  return true
}

/** The misfire policy is the only field that can be an object. */
function isSameMisfire(a: unknown, b: unknown): boolean {
  const [left, right] = [a as Misfire | undefined, b as Misfire | undefined]
  return typeof left === 'object' && typeof right === 'object' && left.all === right.all
}

/**
 * Whether a reschedule from `former` to `next` changes nothing. `false` for an equal schedule that requests a run at
 * once, or one run some time after the call.
 */
export function keepsSlots(former: Schedule, next: Schedule): boolean {
  return !countsFromCall(next) && isSameSchedule(former, next)
}

function countsFromCall({ info, policy, slots }: Schedule): boolean {
  if (!info.hasSlots || slots?.timeline === 'wall') return false
  return !info.recurring || policy.first === 'at-once'
}
