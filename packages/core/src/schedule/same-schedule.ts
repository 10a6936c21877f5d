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
 * Whether a task keeps its planned slots when it is rescheduled from `former` to `next`: the two schedules are equal.
 * `false` for an equal schedule that starts a run at once or has only one run, because that schedule starts again.
 */
export function keepsSlots(former: Schedule, next: Schedule): boolean {
  const startsAtOnce = next.policy.first === 'at-once' && next.slots?.timeline !== 'wall'
  return next.info.recurring && !startsAtOnce && isSameSchedule(former, next)
}
