import type { Misfire, Schedule } from './schedule.ts'

export function isSameSchedule(a: Schedule, b: Schedule): boolean {
  return a === b || (haveSameFields(a.info, b.info) && haveSameFields(a.policy, b.policy))
}

function haveSameFields<Fields extends object>(a: Fields, b: Fields): boolean {
  for (const key in a) if (a[key] !== b[key] && !isSameMisfire(a[key], b[key])) return false
  return true
}

function isSameMisfire(a: unknown, b: unknown): boolean {
  const [left, right] = [a as Misfire | undefined, b as Misfire | undefined]
  return typeof left === 'object' && typeof right === 'object' && left.all === right.all
}

/**
 * True if a reschedule from `former` to `next` does not change the slots. Always false if the slots of `next` are
 * counted from the time of the reschedule.
 */
export function keepsSlots(former: Schedule, next: Schedule): boolean {
  return !countsFromCall(next) && isSameSchedule(former, next)
}

function countsFromCall({ info, policy, slots }: Schedule): boolean {
  if (!info.hasSlots || slots?.timeline === 'wall') return false
  return !info.recurring || policy.first === 'at-once'
}
