import type { Now } from '../base/now.ts'
import type { DueSlots } from '../kernel/event.ts'
import { elapsed } from '../schedule/elapsed.ts'
import { dueOf, spreadOf } from '../schedule/jitter.ts'
import type { SlotSource } from '../schedule/schedule.ts'
import { UndecidedSlots } from '../schedule/undecided-slots.ts'
import type { TaskRecord } from './task-record.ts'

/** `dueAt` is a monotonic time. */
export interface PlannedSlot {
  readonly slot: number | undefined
  readonly dueAt: number
}

const never: PlannedSlot = { slot: undefined, dueAt: Number.POSITIVE_INFINITY }

/**
 * For a task of a fleet, the kernel gets the times of this number of due slots at most. `misfire: { all }` can raise
 * the limit.
 */
const mostNamed = 100

/** Computes the slots of tasks. The schedule decides whether a slot is a wall time or a monotonic time. */
export class SlotPlanner {
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  /**
   * Returns the next slot to plan, for example after the start of the task or after a reschedule. If the slots count
   * from the runs, also called after a run.
   * @param lastSlot - the newest slot that was already decided, for example by another process
   */
  first(record: TaskRecord, now: Now, lastSlot: number | undefined): PlannedSlot {
    const { policy } = record.schedule
    const slots = sourceOf(record)
    if (policy.delayMs !== undefined) return this.#afterDelay(record, now, policy.delayMs)
    if (slots === undefined) return never
    const anchor = anchorOf(record)
    const from = slots.timeline === 'mono' ? now.mono : now.wall
    let slot: number | undefined
    if (!record.info.schedule.recurring) slot = slots.first(Number.NEGATIVE_INFINITY, anchor)
    else if (lastSlot !== undefined && slots.timeline === 'wall') slot = slots.next(lastSlot, anchor)
    else if (waitsForPeriod(record)) slot = slots.next(from, anchor)
    else slot = slots.first(from, anchor)
    const { lastSlot: decided } = record.state
    if (record.info.schedule.recurring && slot !== undefined && slot <= decided)
      slot = slots.next(decided, anchor)
    return this.#due(record, slot, now)
  }

  /** Returns the first slot from the wall time `from` on that is not decided yet. */
  afterSetBack(record: TaskRecord, from: number, now: Now): PlannedSlot {
    return this.#due(record, sourceOf(record)?.first(from, anchorOf(record)), now)
  }

  /** Returns the first slot from `from` on that is at least half a period after `lastSlot`. */
  repeatAfter(record: TaskRecord, from: number, lastSlot: number, now: Now): PlannedSlot {
    const slots = sourceOf(record)
    const anchor = anchorOf(record)
    const tooSoon = lastSlot + (record.info.schedule.periodMs ?? 0) / 2
    const slot = slots?.first(from, anchor)
    const isTooSoon = slot !== undefined && slot < tooSoon
    return this.#due(record, isTooSoon ? slots?.next(tooSoon - 1, anchor) : slot, now)
  }

  /** Returns a wall time; `undefined` if the schedule starts no run. */
  firstRunAt(record: TaskRecord, now: Now): number | undefined {
    const { restarts, startedBy } = record.info.schedule
    if (restarts) return startedBy === 'call' ? undefined : now.wall
    const { dueAt } = this.first(record, now, undefined)
    return Number.isFinite(dueAt) ? now.wall + Math.max(0, Math.round(dueAt - now.mono)) : undefined
  }

  again(record: TaskRecord, slot: number | undefined, now: Now): PlannedSlot {
    return this.#due(record, slot, now)
  }

  /**
   * Returns the due slots, if any.
   * @param until - only slots that were due by this time are returned; default: now minus `offersAfterMs`
   * @param slot - the oldest slot to return
   */
  due(
    record: TaskRecord,
    now: Now,
    standby: boolean,
    until?: number,
    slot = record.state.slot,
  ): DueSlots | undefined {
    const { policy } = record.schedule
    const slots = sourceOf(record)
    if (slot === undefined) return undefined
    const isMono = slots === undefined || slots.timeline === 'mono'
    const time = isMono ? now.mono : now.wall
    const at = until ?? time - record.readonlyExtras.offersAfterMs
    const anchor = anchorOf(record)
    const jumpedOver = false
    if (slots === undefined) {
      if (at < this.dueOf(record, slot)) return undefined
      const only = { count: 1, atLeast: false, oldest: slot, newest: slot, recent: [slot], jumpedOver }
      return { ...only, lateMs: at - slot, next: undefined, nextDueAt: Number.POSITIVE_INFINITY, standby }
    }
    const spreadMs = this.#spreadOf(record, slot)
    const dueAt = this.dueOf(record, slot, spreadMs)
    if (at < dueAt) return undefined
    const mayRun = typeof policy.misfire === 'object' ? policy.misfire.all + 1 : 2
    const keep = record.state.fleet ? Math.max(mayRun, mostNamed) : mayRun
    // The spread delays each run of a task by the same time.
    const found = elapsed(slots, anchor, slot, at - spreadMs, keep)
    const isOnlyOne = found.count === 1
    const newestDue = isOnlyOne ? dueAt : this.dueOf(record, found.newest, spreadMs)
    const { count, atLeast, oldest, newest, recent } = found
    const next = this.#due(record, found.next, now, spreadMs)
    const lateMs = Math.max(0, time - newestDue - waitedOver(record, newest))
    const { slot: nextSlot, dueAt: nextDueAt } = next
    return { count, atLeast, oldest, newest, recent, lateMs, next: nextSlot, nextDueAt, standby, jumpedOver }
  }

  nextRunAt(record: TaskRecord, now: Now): number | undefined {
    const { slot, slotDueAt, held } = record.state
    if (slotDueAt === Number.POSITIVE_INFINITY) return undefined
    // `slotDueAt` would be inexact, because the wall clock runs slightly faster or slower than monotonic time.
    if (isOfWall(record) && slot !== undefined && !held) return this.dueOf(record, slot)
    return Math.round(now.wall + (slotDueAt - now.mono))
  }

  takenAway(record: TaskRecord, now: Now): DueSlots | undefined {
    const slots = sourceOf(record)
    const { slot, standby } = record.state
    const at = isOfWall(record) ? now.wall : now.mono
    if (slots === undefined || slot === undefined || slot > at) return undefined
    const found = elapsed(slots, anchorOf(record), slot, at)
    const nextDueAt = Number.POSITIVE_INFINITY
    return { ...found, lateMs: 0, next: undefined, nextDueAt, standby, jumpedOver: false, stopping: true }
  }

  /** Returns the pending slot if its time has passed. Jitter or spread may still delay its run. */
  passed(record: TaskRecord, pending: number | undefined, now: Now): number | undefined {
    if (pending === undefined || record.schedule.slots === undefined) return undefined
    return pending <= (isOfWall(record) ? now.wall : now.mono) ? pending : undefined
  }

  /**
   * Returns the slots whose time had passed at `until`. Jitter may still delay their runs.
   * @param wall - the current wall time. After a clock jump, `until` and `wall` are both times of the clock before
   * the jump
   */
  passedBefore(
    record: TaskRecord,
    until: number,
    wall: number,
    now: Now,
    standby: boolean,
  ): DueSlots | undefined {
    const slots = sourceOf(record)
    const { slot } = record.state
    if (slots === undefined || slot === undefined || slot > until) return undefined
    const { misfire } = record.schedule.policy
    const keep = typeof misfire === 'object' ? misfire.all + 1 : 2
    const found = elapsed(slots, anchorOf(record), slot, until, keep)
    const { dueAt: nextDueAt } = this.#due(record, found.next, now)
    const lateMs = Math.max(0, wall - this.dueOf(record, found.newest))
    return { ...found, lateMs, nextDueAt, standby, jumpedOver: false }
  }

  wallOf(record: TaskRecord, slot: number, now: Now): number {
    return isOfWall(record) ? slot : now.wall - Math.round(now.mono - slot)
  }

  /** A delay by jitter or spread does not count as lateness. */
  latenessOf(record: TaskRecord, slot: number, now: Now): number {
    const isWall = isOfWall(record)
    const setMs = isWall ? waitedOver(record, slot) : 0
    return Math.max(0, (isWall ? now.wall : now.mono) - this.dueOf(record, slot) - setMs)
  }

  /** Returns when the run of the slot is due: the slot, its jitter and its spread. */
  dueOf(record: TaskRecord, slot: number, spreadMs = this.#spreadOf(record, slot)): number {
    return dueOf(record.schedule, record.info.name, slot, this.#seedOf(record), anchorOf(record), spreadMs)
  }

  #afterDelay(record: TaskRecord, now: Now, delayMs: number): PlannedSlot {
    const isAtOnce = record.readonlyExtras.isFirstSlot && !waitsForPeriod(record)
    const slot = isAtOnce ? now.mono : now.mono + delayMs
    return { slot, dueAt: this.dueOf(record, slot) }
  }

  #due(record: TaskRecord, slot: number | undefined, now: Now, spreadMs?: number): PlannedSlot {
    if (slot === undefined) return never
    const dueAt = this.dueOf(record, slot, spreadMs)
    if (!isOfWall(record)) return { slot, dueAt }
    return { slot, dueAt: now.mono + (dueAt - now.wall) + record.readonlyExtras.offersAfterMs }
  }

  #spreadOf(record: TaskRecord, slot: number): number {
    const { schedule, info, start } = record
    const { delayMs } = schedule.policy
    // With a fixed delay, only the first run needs the spread.
    const isLater = delayMs !== undefined && slot > start.mono + (waitsForPeriod(record) ? delayMs : 0)
    if (isLater || record.readonlyExtras.isSpread) return 0
    return spreadOf(schedule, info.name, this.#seedOf(record))
  }

  /** All processes of a fleet use the same seed, so that they delay a run equally. */
  #seedOf({ state }: TaskRecord): number {
    return state.fleet ? 0 : this.#seed
  }
}

/** With `first: 'at-start'`, the first run waits for a period only after a reschedule. */
function waitsForPeriod({ schedule, readonlyExtras }: TaskRecord): boolean {
  const { first } = schedule.policy
  return first === 'after-period' || (first === 'at-start' && readonlyExtras.isRescheduled)
}

function waitedOver({ readonlyExtras }: TaskRecord, slot: number): number {
  return readonlyExtras.waitedOver?.get(slot) ?? 0
}

export function isOfWall({ schedule }: TaskRecord): boolean {
  return schedule.slots?.timeline === 'wall'
}

/**
 * Returns the slots of the schedule, without slots that were already decided before the wall clock was set back or
 * forward. A schedule with `repeats: true` keeps all its slots.
 */
export function sourceOf({
  schedule: { slots },
  readonlyExtras: { decidedRanges },
}: TaskRecord): SlotSource | undefined {
  const hasRanges = decidedRanges !== undefined && slots?.timeline === 'wall' && !slots.repeats
  return hasRanges ? new UndecidedSlots(slots, decidedRanges) : slots
}

export function anchorOf(record: TaskRecord): number {
  return isOfWall(record) ? record.start.wall : record.start.mono
}
