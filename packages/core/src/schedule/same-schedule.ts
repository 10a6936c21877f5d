import type { Misfire, Schedule } from './schedule.ts'

export function isSameSchedule(a: Schedule, b: Schedule): boolean {
  return a === b || (isSame(a.info, b.info) && isSame(a.policy, b.policy))
}

/** Optional fields may be missing on one side only, so the fields of both sides are compared. */
function isSame<Fields extends object>(a: Fields, b: Fields): boolean {
  return haveSameFields(a, b) && haveSameFields(b, a)
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
 * True if a reschedule from `former` to `next` changes nothing. Always false if the first run of `next` counts from
 * the call of `reschedule()`, as with `once({ after })`.
 */
export function keepsSlots(former: Schedule, next: Schedule): boolean {
  return !countsFromCall(next) && isSameSchedule(former, next)
}

function countsFromCall({ info, policy, slots }: Schedule): boolean {
  if (!info.hasSlots || slots?.timeline === 'wall') return false
  return !info.recurring || policy.first === 'at-once'
}
