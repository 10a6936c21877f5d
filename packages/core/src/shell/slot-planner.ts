import type { Now } from '../base/now.ts'
import type { DueSlots } from '../kernel/event.ts'
import { elapsed } from '../schedule/elapsed.ts'
import { dueOf, spreadOf } from '../schedule/jitter.ts'
import type { TaskRecord } from './task-record.ts'

/** A slot, and when it is due in monotonic time. */
export interface PlannedSlot {
  readonly slot: number | undefined
  readonly dueAt: number
}

const never: PlannedSlot = { slot: undefined, dueAt: Number.POSITIVE_INFINITY }

/** A slot is waited for no longer than this, however long its runs take. */
const longestRunMs = 21_600_000

/** Works out the slots of tasks: what the kernel asks of schedules. Slots are instants on the schedule's own time line. */
export class SlotPlanner {
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  /** The first slot for a task that is armed now, or whose time line starts afresh now. */
  first(record: TaskRecord, now: Now, lastSlot: number | undefined): PlannedSlot {
    const { slots, policy } = record.schedule
    if (policy.delayMs !== undefined) return this.#afterDelay(record, now, policy.delayMs)
    if (slots === undefined) return never
    const anchor = anchorOf(record)
    const from = slots.timeline === 'mono' ? now.mono : now.wall
    let slot: number | undefined
    if (!record.info.schedule.recurring) slot = slots.first(Number.NEGATIVE_INFINITY, anchor)
    else if (lastSlot !== undefined && slots.timeline === 'wall') slot = slots.next(lastSlot, anchor)
    else if (policy.first === 'after-period') slot = slots.next(from, anchor)
    else slot = slots.first(from, anchor)
    return this.#due(record, slot, now)
  }

  /** The same slot again, after the wall clock has moved. */
  again(record: TaskRecord, slot: number | undefined, now: Now): PlannedSlot {
    return this.#due(record, slot, now)
  }

  /** Which slots of `record` have come due by now; `undefined` if, by the clock it counts in, none has. */
  due(record: TaskRecord, now: Now, standby: boolean): DueSlots | undefined {
    const { slots, policy } = record.schedule
    const { slot } = record.state
    if (slot === undefined) return undefined
    const isMono = slots === undefined || slots.timeline === 'mono'
    const at = isMono ? now.mono : now.wall
    const anchor = anchorOf(record)
    if (slots === undefined) {
      const only = { count: 1, atLeast: false, oldest: slot, newest: slot, recent: [slot] }
      return { ...only, lateMs: at - slot, next: undefined, nextDueAt: Number.POSITIVE_INFINITY, standby }
    }
    const spreadMs = this.#spreadOf(record, slot)
    const dueAt = this.#dueOf(record, slot, spreadMs)
    if (at < dueAt) return undefined
    const keep = typeof policy.misfire === 'object' ? policy.misfire.all + 1 : 2
    // The spread moves all runs alike: a slot has not come before its task's share of it has passed.
    const found = elapsed(slots, anchor, slot, at - spreadMs, keep)
    const isOnlyOne = found.count === 1
    const newestDue = isOnlyOne ? dueAt : this.#dueOf(record, found.newest, spreadMs)
    const { count, atLeast, oldest, newest, recent } = found
    const next = this.#due(record, found.next, now, spreadMs)
    const lateMs = Math.max(0, at - newestDue)
    return { count, atLeast, oldest, newest, recent, lateMs, next: next.slot, nextDueAt: next.dueAt, standby }
  }

  /** Wall time of a slot. */
  wallOf(record: TaskRecord, slot: number, now: Now): number {
    return isOfWall(record) ? slot : now.wall - Math.round(now.mono - slot)
  }

  /** By how much a run that starts now is late for its slot, jitter and spread allowed for. */
  latenessOf(record: TaskRecord, slot: number, now: Now): number {
    return Math.max(0, (isOfWall(record) ? now.wall : now.mono) - this.#dueOf(record, slot))
  }

  /** The newest slot whose grace has passed: what must have succeeded by now. Wall time. */
  successDueAt(record: TaskRecord, now: Now): number | undefined {
    const { slots } = record.schedule
    const { state } = record
    if (slots === undefined || state.paused || state.standby || state.mode === 'registered') return undefined
    const isMono = slots.timeline === 'mono'
    const { schedule, timeoutMs } = record.info
    const { periodMs = 0 } = schedule
    // A run may take its time: as long as it may at most, or as the longest success took.
    const takesMs = Math.min(timeoutMs ?? record.metrics.success.max, longestRunMs)
    const graceMs = Math.min(300_000, Math.max(30_000, periodMs / 2)) + takesMs
    const at = (isMono ? now.mono : now.wall) - graceMs
    const slot = newestSlot(record, at)
    return slot === undefined ? undefined : this.wallOf(record, slot, now)
  }

  #afterDelay(record: TaskRecord, now: Now, delayMs: number): PlannedSlot {
    const isAtOnce = record.readonlyExtras.isFirstSlot && record.schedule.policy.first === 'at-once'
    record.extras.isFirstSlot = false
    const slot = isAtOnce ? now.mono : now.mono + delayMs
    return { slot, dueAt: this.#dueOf(record, slot) }
  }

  #due(record: TaskRecord, slot: number | undefined, now: Now, spreadMs?: number): PlannedSlot {
    if (slot === undefined) return never
    const dueAt = this.#dueOf(record, slot, spreadMs)
    return { slot, dueAt: isOfWall(record) ? now.mono + (dueAt - now.wall) : dueAt }
  }

  #dueOf(record: TaskRecord, slot: number, spreadMs = this.#spreadOf(record, slot)): number {
    return dueOf(record.schedule, record.info.name, slot, this.#seed, anchorOf(record), spreadMs)
  }

  #spreadOf(record: TaskRecord, slot: number): number {
    const { schedule, info, start } = record
    const { delayMs, first } = schedule.policy
    // What the first run spreads stays spread: the next comes so long after it.
    const isLater = delayMs !== undefined && slot > start.mono + (first === 'after-period' ? delayMs : 0)
    if (isLater) return 0
    return spreadOf(schedule, info.name, this.#seed)
  }
}

function isOfWall({ schedule }: TaskRecord): boolean {
  return schedule.slots?.timeline === 'wall'
}

function anchorOf(record: TaskRecord): number {
  return isOfWall(record) ? record.start.wall : record.start.mono
}

/** The newest slot at or before `at`, by the schedule alone. */
function newestSlot(record: TaskRecord, at: number): number | undefined {
  const { slots } = record.schedule
  if (slots === undefined) return undefined
  const anchor = anchorOf(record)
  if (slots.newest) return slots.newest(at, anchor)
  // Walk from so far back that at least one slot lies in between, for schedules as rare as once a year.
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
