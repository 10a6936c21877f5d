import { defaultGraceMs } from '../base/grace.ts'
import type { Now } from '../base/now.ts'
import { anchorOf, isOfWall, type SlotPlanner, sourceOf } from './slot-planner.ts'
import { RecordFacts } from './task-facts.ts'
import type { TaskRecord } from './task-record.ts'

const longestRunMs = 21_600_000

/**
 * Returns the wall time of the newest slot whose run must have succeeded by now. If no slot needs another success,
 * the time is not later than the last success.
 */
export function successDueAt(record: TaskRecord, planner: SlotPlanner, now: Now): number | undefined {
  const { slots, policy } = record.schedule
  const { state } = record
  const isDelay = policy.delayMs !== undefined
  if (slots === undefined && !isDelay) return undefined
  if (state.paused || state.standby || state.mode === 'registered') return undefined
  if (state.fleet?.isOverruled) return undefined
  const time = isOfWall(record) ? now.wall : now.mono
  const takesMs = longestRunOf(record)
  const at = time - graceOf(record) - takesMs
  const { unmetSlots, unmetMs } = new RecordFacts(record, now)
  const unmetAt = unmetSlots === 0 ? Number.POSITIVE_INFINITY : time - unmetMs
  const slot = isDelay ? delaySuccessDue(record, at, takesMs, unmetAt) : newestSlot(record, at)
  // This slot is the time from which the schedule counts. It needs no run.
  if (slot === record.start.mono && state.config.host?.followsRuns === true) return undefined
  if (slot === undefined) return undefined
  const wall = planner.wallOf(record, slot, now)
  // Slots during a pause need no success, and a host may run a slot a little early.
  return isMet(record, planner, slot, at, unmetAt)
    ? Math.min(wall, record.metrics.lastSuccessAt ?? wall)
    : wall
}

function graceOf({ info }: TaskRecord): number {
  return info.graceMs ?? defaultGraceMs(info.schedule.periodMs)
}

/**
 * How long a run may take: its timeout or, without a timeout, as long as the longest successful run in any process.
 * At most 6 h.
 */
function longestRunOf({ info, metrics, readonlyExtras }: TaskRecord): number {
  const longestMs = Math.max(metrics.success.max, readonlyExtras.longestElsewhereMs)
  return Math.min(info.timeoutMs ?? longestMs, longestRunMs)
}

/**
 * True if `slot` is older than the oldest slot that needs a success. This includes slots during a pause or a standby,
 * and slots before a reschedule.
 *
 * @param unmetAt - when the run of the oldest slot without a success was due; `Infinity` if there is none
 */
function isMet(record: TaskRecord, planner: SlotPlanner, slot: number, at: number, unmetAt: number): boolean {
  const slots = sourceOf(record)
  if (slots === undefined || unmetAt === Number.POSITIVE_INFINITY) return unmetAt > at
  const next = slots.next(slot, anchorOf(record))
  return next !== undefined && planner.dueOf(record, next) <= unmetAt
}

/**
 * Returns the monotonic time of the newest slot whose run must have succeeded by now, or an earlier time.
 *
 * With a fixed delay, the slots depend on the runs. So only the newest slot and the oldest slot without a success are
 * known. Between these two slots, each run is assumed to take `takesMs`.
 *
 * @param at - a run must have succeeded by now if its slot is not after this time
 * @param takesMs - how long a run may take
 * @param unmetAt - when the oldest slot without a success was due; `Infinity` if there is none
 */
function delaySuccessDue(
  { schedule, state, start, metrics }: TaskRecord,
  at: number,
  takesMs: number,
  unmetAt: number,
): number | undefined {
  const { delayMs = 0, jitterMs } = schedule.policy
  const newest = state.lastSlot <= at ? state.lastSlot : Number.NEGATIVE_INFINITY
  const slot = Math.max(newest, at - takesMs - delayMs - jitterMs)
  if (unmetAt <= at) return Math.max(slot, unmetAt)
  return slot < start.mono || metrics.lastSuccessAt === undefined ? undefined : slot
}

function newestSlot(record: TaskRecord, at: number): number | undefined {
  const slots = sourceOf(record)
  if (slots === undefined) return undefined
  const anchor = anchorOf(record)
  if (slots.newest) return slots.newest(at, anchor)
  // Looks back over two periods first, then over 40 and 370 days: some schedules have a slot only once a year.
  for (const backMs of [2 * (record.info.schedule.periodMs ?? 60_000), 40 * 86_400_000, 370 * 86_400_000]) {
    let newest: number | undefined
    let steps = 0
    for (
      let slot = slots.next(at - backMs, anchor);
      slot !== undefined && slot <= at;
      slot = slots.next(slot, anchor)
    ) {
      newest = slot
      steps += 1
      if (steps > 1_000) break
    }
    if (newest !== undefined) return newest
  }
  return undefined
}
