import type { Now } from '../base/now.ts'
import { unnumbered } from '../events/base-event.ts'
import type { DueSlots } from '../kernel/event.ts'
import type { DecidedRange } from '../schedule/undecided-slots.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { SlotFeed } from './slot-feed.ts'
import type { SlotPlanner } from './slot-planner.ts'
import type { TaskRecord } from './task-record.ts'
import type { ClockJump } from './wall-clock.ts'

/** A task keeps at most this many ranges of decided slots. Each jump of the wall clock adds at most one range. */
const maxRanges = 4

/** After a jump of the wall clock, plans the slots of all schedules in wall time again. */
export class ClockJumps {
  readonly #kernelLoop: KernelLoop
  readonly #planner: SlotPlanner
  readonly #slots: SlotFeed

  constructor(kernelLoop: KernelLoop, planner: SlotPlanner, slots: SlotFeed) {
    this.#kernelLoop = kernelLoop
    this.#planner = planner
    this.#slots = slots
  }

  onClockJumped(jump: ClockJump, now: Now): void {
    const { deltaMs, treatedAs } = jump
    if (deltaMs < 0) this.#slots.forgetFormer()
    for (const record of this.#kernelLoop.records.values()) {
      if (deltaMs < 0 && record.readonlyExtras.lastWallSlot !== undefined)
        record.extras.lastWallSlot = undefined
      // A pause ends at a wall time, so the kernel must set the timer for the end of the pause again.
      if (record.state.pausedUntil !== Number.POSITIVE_INFINITY)
        this.#kernelLoop.dispatch({ type: 'due', task: record.info.name, run: 0, slots: undefined })
      if (record.schedule.slots?.timeline !== 'wall') continue
      this.#move(record, jump, now)
      record.mustJudge = true
      this.#kernelLoop.touch(record)
    }
    // Emitted last: an observer may reschedule a task when it receives this event, and then all slots must be up to
    // date.
    this.#kernelLoop.emit({ type: 'clock.jumped', seq: unnumbered, at: now.wall, deltaMs, treatedAs })
  }

  #move(record: TaskRecord, jump: ClockJump, now: Now): void {
    const { slot, lastSlot } = record.state
    if (record.info.schedule.recurring && slot !== undefined) {
      const passed = this.#decidePassed(record, jump, now)
      const line = passed ? { pending: passed.next, lastSlot: passed.newest } : { pending: slot, lastSlot }
      noteWaiting(record, jump, now, passed?.recent)
      if (line.pending === undefined) return
      if (jump.deltaMs > 0) this.#onForward(record, line.pending, line.lastSlot, jump, now)
      else this.#onBack(record, line.pending, line.lastSlot, jump, now)
      return
    }
    noteWaiting(record, jump, now)
    // Without a pending slot there is nothing to move. If the clock was set back, the task forgets its newest decided
    // slot.
    if (slot !== undefined) this.#plan(record, this.#planner.again(record, slot, now))
    else if (jump.deltaMs < 0)
      this.#plan(record, { slot, dueAt: Number.POSITIVE_INFINITY }, Number.NEGATIVE_INFINITY)
  }

  /**
   * Decides the slots whose time had passed by the old clock. Does not wait for their jitter. Returns these slots, or
   * `undefined` if there are none.
   */
  #decidePassed(
    record: TaskRecord,
    { deltaMs, treatedAs, lookedAt }: ClockJump,
    now: Now,
  ): DueSlots | undefined {
    // A gap forward is treated like time that has passed: these slots come due together with the slots inside the gap.
    if (treatedAs === 'gap' && deltaMs > 0) return undefined
    const standby = this.#slots.isStandby(record)
    const slots = this.#planner.passedBefore(record, lookedAt - deltaMs, now.wall - deltaMs, now, standby)
    if (slots === undefined) return undefined
    this.#plan(record, { slot: slots.oldest, dueAt: now.mono })
    this.#kernelLoop.dispatch({ type: 'due', task: record.info.name, run: 0, slots })
    return slots
  }

  /**
   * The clock jumped forward, so the pending slot is due sooner. Slots inside a correction run only if the user set
   * `catchUp` or misfire `all`.
   */
  #onForward(
    record: TaskRecord,
    pending: number,
    lastSlot: number,
    { treatedAs, lookedAt }: ClockJump,
    now: Now,
  ): void {
    this.#plan(record, this.#planner.again(record, pending, now))
    if (treatedAs === 'gap') return
    // Only slots up to `lookedAt` are inside the jump. Later slots came due in the normal way, and the timer handles
    // them.
    const slots = this.#planner.due(record, now, this.#slots.isStandby(record), lookedAt, pending)
    this.#startLine(record, Math.min(lookedAt, oldestRun(record, slots) ?? lookedAt), lastSlot)
    if (slots === undefined) return
    const task = record.info.name
    this.#kernelLoop.dispatch({ type: 'due', task, run: 0, slots: { ...slots, jumpedOver: true } })
  }

  /**
   * The clock was set back. A schedule that repeats continues at the new time immediately. Otherwise, slots that were
   * already decided do not run again.
   */
  #onBack(
    record: TaskRecord,
    pending: number,
    lastSlot: number,
    { deltaMs, lookedAt }: ClockJump,
    now: Now,
  ): void {
    const { slots } = record.schedule
    if (slots?.repeats) {
      // The newest decided slot is moved to the new time, so that the next slot keeps its distance from it.
      const moved = lastSlot + deltaMs
      return this.#plan(record, this.#planner.repeatAfter(record, lookedAt, moved, now), moved)
    }
    this.#startLine(record, lookedAt, lastSlot)
    record.extras.heldBack ??= { slot: pending, dueAwake: now.awake + (pending - (now.wall - deltaMs)) }
    this.#plan(record, this.#planner.afterSetBack(record, lookedAt, now), Number.NEGATIVE_INFINITY)
  }

  /**
   * Makes slots count from the wall time `wall` on. For fixed times, it keeps the range of the slots that were already
   * decided, so that none of them runs twice.
   */
  #startLine(record: TaskRecord, wall: number, lastSlot: number): void {
    const { start, extras, schedule } = record
    const from = extras.lineFrom ?? start.wall
    if (lastSlot >= from && schedule.slots?.repeats === false) {
      extras.decidedRanges = withRange(extras.decidedRanges ?? [], { from, to: lastSlot })
    }
    extras.lineFrom = wall
    record.start = { ...start, wall }
  }

  #plan(
    record: TaskRecord,
    { slot, dueAt }: { readonly slot: number | undefined; readonly dueAt: number },
    lastSlot?: number,
  ): void {
    this.#kernelLoop.dispatch({ type: 'slot-planned', task: record.info.name, slot, dueAt, lastSlot })
  }
}

/**
 * For each due slot that still waits for its run, records by how much the clock was set. Otherwise the run would be
 * reported as late by the jump. Forgets slots that no longer wait.
 */
function noteWaiting(
  { state, extras, readonlyExtras }: TaskRecord,
  { deltaMs, setMs, lookedAt }: ClockJump,
  now: Now,
  passed: readonly number[] = [],
): void {
  const { slot = Number.POSITIVE_INFINITY, slotDueAt, held, queued, backlog } = state
  const before = readonlyExtras.waitedOver
  // If the clock was set back, the pending slot becomes due later, so it is not waiting now.
  const isWaiting = deltaMs > 0 && (held || slotDueAt <= now.mono || slot <= lookedAt - deltaMs)
  const waiting = [queued?.slot, ...(backlog ?? []), isWaiting ? slot : undefined, ...passed]
  const known = waiting.filter((each) => each !== undefined)
  if (setMs === 0 || (known.length === 0 && before === undefined)) return
  extras.waitedOver = new Map(known.map((each) => [each, (before?.get(each) ?? 0) + setMs]))
}

/**
 * Returns the oldest slot that `misfire` allows to run. The kernel later leaves out slots that are too late. Returns
 * `undefined` if the user set neither `catchUp` nor misfire `all`: then none of the slots runs.
 */
function oldestRun({ state }: TaskRecord, slots: DueSlots | undefined): number | undefined {
  const { misfire, catchUpGiven } = state.config
  if (slots === undefined || !catchUpGiven) return undefined
  return typeof misfire === 'object' ? slots.recent.slice(-misfire.all)[0] : slots.newest
}

/** Adds a range of decided slots. Merges overlapping ranges, so that few ranges remain if the clock is set often. */
function withRange(ranges: readonly DecidedRange[], added: DecidedRange): readonly DecidedRange[] {
  const overlaps = ({ from, to }: DecidedRange): boolean => from <= added.to && added.from <= to
  const touched = [...ranges.filter(overlaps), added]
  const merged = {
    from: Math.min(...touched.map(({ from }) => from)),
    to: Math.max(...touched.map(({ to }) => to)),
  }
  return [...ranges.filter((range) => !overlaps(range)), merged].slice(-maxRanges)
}
