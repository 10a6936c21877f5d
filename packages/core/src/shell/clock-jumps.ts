import type { Now } from '../base/now.ts'
import { unnumbered } from '../events/base-event.ts'
import type { DueSlots } from '../kernel/event.ts'
import type { DecidedRange } from '../schedule/undecided-slots.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { SlotFeed } from './slot-feed.ts'
import type { SlotPlanner } from './slot-planner.ts'
import type { TaskRecord } from './task-record.ts'
import type { ClockJump } from './wall-clock.ts'

const maxRanges = 4

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
      // A pause ends at a wall time, so its timer must be set again.
      if (record.state.pausedUntil !== Number.POSITIVE_INFINITY)
        this.#kernelLoop.dispatch({ type: 'due', task: record.info.name, run: 0, slots: undefined })
      if (record.schedule.slots?.timeline !== 'wall') continue
      this.#move(record, jump, now)
      record.mustJudge = true
      this.#kernelLoop.touch(record)
    }
    // Emitted last, because an observer of this event may reschedule a task.
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
    if (slot !== undefined) this.#plan(record, this.#planner.again(record, slot, now))
    else if (jump.deltaMs < 0)
      this.#plan(record, { slot, dueAt: Number.POSITIVE_INFINITY }, Number.NEGATIVE_INFINITY)
  }

  #decidePassed(
    record: TaskRecord,
    { deltaMs, treatedAs, lookedAt }: ClockJump,
    now: Now,
  ): DueSlots | undefined {
    // The slots before the gap are decided later, together with the slots inside the gap.
    if (treatedAs === 'gap' && deltaMs > 0) return undefined
    const standby = this.#slots.isStandby(record)
    const slots = this.#planner.passedBefore(record, lookedAt - deltaMs, now.wall - deltaMs, now, standby)
    if (slots === undefined) return undefined
    this.#plan(record, { slot: slots.oldest, dueAt: now.mono })
    this.#kernelLoop.dispatch({ type: 'due', task: record.info.name, run: 0, slots })
    return slots
  }

  /**
   * After a correction, the skipped slots run only if the user set `catchUp` or `misfire: { all }`. After a gap, they
   * count as late slots.
   */
  #onForward(
    record: TaskRecord,
    pending: number,
    lastSlot: number,
    { deltaMs, treatedAs, lookedAt }: ClockJump,
    now: Now,
  ): void {
    this.#plan(record, this.#planner.again(record, pending, now))
    if (treatedAs === 'gap') {
      const lateMs = now.wall - pending
      // If the jump is less than half of the lateness, most of the lateness comes from a blocked event loop.
      if (lateMs >= 0 && 2 * deltaMs >= lateMs) record.extras.lateness ??= 'clock-jumped'
      return
    }
    const slots = this.#planner.due(record, now, this.#slots.isStandby(record), lookedAt, pending)
    this.#startLine(record, Math.min(lookedAt, oldestRun(record, slots) ?? lookedAt), lastSlot)
    if (slots === undefined) return
    const task = record.info.name
    this.#kernelLoop.dispatch({
      type: 'due',
      task,
      run: 0,
      slots: { ...slots, jumpedOver: true, cause: 'clock-jumped' },
    })
  }

  #onBack(
    record: TaskRecord,
    pending: number,
    lastSlot: number,
    { deltaMs, lookedAt }: ClockJump,
    now: Now,
  ): void {
    const { slots } = record.schedule
    if (slots?.repeats) {
      // The newest decided slot is set back with the clock. Then the next slot is at least half a period after it.
      const moved = lastSlot + deltaMs
      return this.#plan(record, this.#planner.repeatAfter(record, lookedAt, moved, now), moved)
    }
    this.#startLine(record, lookedAt, lastSlot)
    record.extras.heldBack ??= { slot: pending, dueAwake: now.awake + (pending - (now.wall - deltaMs)) }
    this.#plan(record, this.#planner.afterSetBack(record, lookedAt, now), Number.NEGATIVE_INFINITY)
  }

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

/** Records by how much the clock was set while slots waited. This time does not count as lateness of their runs. */
function noteWaiting(
  { state, extras, readonlyExtras }: TaskRecord,
  { deltaMs, setMs, lookedAt }: ClockJump,
  now: Now,
  passed: readonly number[] = [],
): void {
  const { slot = Number.POSITIVE_INFINITY, slotDueAt, held, queued, backlog } = state
  const before = readonlyExtras.waitedOver
  const isWaiting = deltaMs > 0 && (held || slotDueAt <= now.mono || slot <= lookedAt - deltaMs)
  const waiting = [queued?.slot, ...(backlog ?? []), isWaiting ? slot : undefined, ...passed]
  const known = waiting.filter((each) => each !== undefined)
  if (setMs === 0 || (known.length === 0 && before === undefined)) return
  extras.waitedOver = new Map(known.map((each) => [each, (before?.get(each) ?? 0) + setMs]))
}

function oldestRun({ state }: TaskRecord, slots: DueSlots | undefined): number | undefined {
  const { misfire, catchUpGiven } = state.config
  if (slots === undefined || !catchUpGiven) return undefined
  return typeof misfire === 'object' ? slots.recent.slice(-misfire.all)[0] : slots.newest
}

function withRange(ranges: readonly DecidedRange[], added: DecidedRange): readonly DecidedRange[] {
  const overlaps = ({ from, to }: DecidedRange): boolean => from <= added.to && added.from <= to
  const touched = [...ranges.filter(overlaps), added]
  const merged = {
    from: Math.min(...touched.map(({ from }) => from)),
    to: Math.max(...touched.map(({ to }) => to)),
  }
  return [...ranges.filter((range) => !overlaps(range)), merged].slice(-maxRanges)
}
