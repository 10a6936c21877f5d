import type { Now } from '../base/now.ts'
import type { TaskRecord } from './task-record.ts'

/**
 * For a fixed delay: returns the monotonic time of the newest slot whose run must have succeeded by now. The result
 * may be earlier than this slot, but never later.
 *
 * The reason is that the slots depend on the runs. Only the newest slot and the oldest slot without a success are
 * known. Between these two slots, each run is assumed to take `takesMs`.
 *
 * @param at - a run must have succeeded by now if its slot is not after this time
 * @param takesMs - how long a run may take
 * @returns `undefined` if no slot of this kind is known
 */
export function delaySuccessDue(
  { schedule, state, start, metrics, unmetSlots, unmetSince }: TaskRecord,
  now: Now,
  at: number,
  takesMs: number,
): number | undefined {
  const { delayMs = 0, jitterMs } = schedule.policy
  const newest = state.lastSlot <= at ? state.lastSlot : Number.NEGATIVE_INFINITY
  const slot = Math.max(newest, at - takesMs - delayMs - jitterMs)
  const unmetAt = unmetSlots === 0 ? Number.POSITIVE_INFINITY : now.mono - (now.awake - unmetSince)
  if (unmetAt <= at) return Math.max(slot, unmetAt)
  return slot < start.mono || metrics.lastSuccessAt === undefined ? undefined : slot
}
