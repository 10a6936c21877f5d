import type { Now } from '../base/now.ts'
import { toError } from '../base/to-error.ts'
import type { DueSlots, FormerSchedule } from '../kernel/event.ts'
import { isTakenEarly } from '../kernel/host-slots.ts'
import { isOver } from '../kernel/state.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { TaskOptions } from '../task/options.ts'
import { askPredicate } from './ask-predicate.ts'
import type { KernelLoop } from './kernel-loop.ts'
import { isOfWall, type SlotPlanner } from './slot-planner.ts'
import type { TaskRecord } from './task-record.ts'

/**
 * The last slot that another process has decided may be this far in the future, because the clocks of machines
 * differ. A slot that is further in the future is ignored.
 */
const tooFarAheadMs = 3 * 3_600_000

export class SlotFeed {
  readonly #kernelLoop: KernelLoop
  readonly #planner: SlotPlanner
  readonly #warnings: ConsoleWarnings
  /**
   * By task name: the last slot of an unregistered task, if this slot was still in the future. A new task of the same
   * name must not run it again.
   */
  readonly #formerSlots = new Map<string, number>()
  readonly #askedLastSlot = new WeakSet<TaskRecord>()

  constructor(kernelLoop: KernelLoop, planner: SlotPlanner, warnings: ConsoleWarnings) {
    this.#kernelLoop = kernelLoop
    this.#planner = planner
    this.#warnings = warnings
  }

  plan(record: TaskRecord, now: Now): void {
    if (isOfWall(record)) this.#kernelLoop.lookAtClock()
    this.#planFrom(record, this.#takeFormerSlot(record, now), now)
    // With a fixed delay, later slots count from the end of a run.
    if (record.schedule.policy.delayMs !== undefined) record.extras.isFirstSlot = false
    const { lastSlot } = record.settings
    // A fleet knows the last slot itself.
    if (lastSlot === undefined || record.state.fleet || this.#askedLastSlot.has(record)) return
    this.#askedLastSlot.add(record)
    void this.#askLastSlot(record, lastSlot)
  }

  #planFrom(record: TaskRecord, lastSlot: number | undefined, now: Now): void {
    const { slot, dueAt } = this.#planner.first(record, now, lastSlot)
    const task = record.info.name
    const isNewer = lastSlot !== undefined && isOfWall(record) && lastSlot > record.state.lastSlot
    if (isNewer)
      record.extras.lineFrom = Math.min(lastSlot, record.readonlyExtras.lineFrom ?? record.start.wall)
    const decided = isNewer ? lastSlot : undefined
    const isAlreadyDue = slot !== undefined && isOfWall(record) && dueAt < now.mono
    if (isAlreadyDue || record.readonlyExtras.lateness !== undefined)
      record.extras.lateness = isAlreadyDue ? 'already-due' : undefined
    this.#kernelLoop.dispatch({ type: 'slot-planned', task, slot, dueAt, lastSlot: decided })
  }

  /** Reports slots that have passed but will not run, for example because of a stop. */
  skipPassed(records: Iterable<TaskRecord> = this.#kernelLoop.records.values()): void {
    this.#kernelLoop.lookAtClock()
    const now = this.#kernelLoop.now()
    for (const record of records) {
      const slots = record.state.held ? undefined : this.#planner.takenAway(record, now)
      if (slots) this.#kernelLoop.dispatch({ type: 'due', task: record.info.name, run: 0, slots })
    }
  }

  forgetFormer(): void {
    this.#formerSlots.clear()
  }

  /** Keeps the last slot of a removed task: a new task of the same name must not run this slot again. */
  forget(record: TaskRecord, now: Now): void {
    if (!isOfWall(record) || record.state.lastSlot < now.wall) return
    for (const [name, slot] of this.#formerSlots) if (slot < now.wall) this.#formerSlots.delete(name)
    this.#formerSlots.set(record.info.name, record.state.lastSlot)
  }

  #takeFormerSlot(record: TaskRecord, now: Now): number | undefined {
    if (this.#formerSlots.size === 0) return undefined
    const { name } = record.info
    const slot = this.#formerSlots.get(name)
    this.#formerSlots.delete(name)
    return slot !== undefined && slot >= now.wall && isOfWall(record) ? slot : undefined
  }

  beforeReschedule(record: TaskRecord, next: Schedule): FormerSchedule {
    this.#kernelLoop.lookAtClock()
    const now = this.#kernelLoop.now()
    const { state } = record
    const isHeld = state.held && state.slotDueAt > now.mono
    const due = isHeld ? undefined : this.#planner.due(record, now, false, timeIn(record, now))
    const slots = due && withCause(record, { ...due, standby: this.isStandby(record) })
    notePostponed(record, slots !== undefined && state.host === undefined, now)
    const passed = this.#planner.passed(record, slots ? slots.next : state.slot, now)
    return { slots, passed, lastSlot: this.#lastSlotFor(record, next, slots, now) }
  }

  #lastSlotFor(
    record: TaskRecord,
    next: Schedule,
    slots: DueSlots | undefined,
    now: Now,
  ): number | undefined {
    const isOnWall = countsOnWall(next)
    // If the kernel has not applied an earlier reschedule yet, the schedule of that reschedule is the former
    // schedule.
    const asked = record.readonlyExtras.reschedules?.at(-2)?.schedule
    if (isOnWall && (asked === undefined ? isOfWall(record) : countsOnWall(asked))) return undefined
    const newest = asked === undefined ? (slots?.newest ?? record.state.lastSlot) : Number.NEGATIVE_INFINITY
    const wall = Number.isFinite(newest) ? this.#planner.wallOf(record, newest, now) : newest
    const { lastWallSlot = Number.NEGATIVE_INFINITY } = record.readonlyExtras
    record.extras.lastWallSlot = Math.max(wall, lastWallSlot)
    return isOnWall ? record.extras.lastWallSlot : Number.NEGATIVE_INFINITY
  }

  async #askLastSlot(record: TaskRecord, lastSlot: NonNullable<TaskOptions['lastSlot']>): Promise<void> {
    const kernelLoop = this.#kernelLoop
    const asked = kernelLoop.now()
    const warn = (what: string, error?: Error): void => {
      // During a stop, the user's store may already be closed. A failure is then expected.
      if (isWanted()) this.#warnings.add(`Task '${record.info.name}': lastSlot() ${what}`, error)
    }
    const isWanted = (): boolean => record.isRegistered && !isOver(record.state) && !isEnding(kernelLoop)
    try {
      const date: unknown = await lastSlot()
      if (date === undefined || date === null || !isWanted()) return
      kernelLoop.lookAtClock()
      const now = kernelLoop.now()
      const slot = timeOf(date)
      if (Number.isNaN(slot)) return warn('gave no valid date')
      if (slot > Math.max(asked.wall, now.wall) + tooFarAheadMs) return warn('gave a date in the future')
      kernelLoop.batch(() => this.#takeLastSlot(record, slot, asked, now))
    } catch (error) {
      warn('failed', toError(error))
    }
  }

  #takeLastSlot(record: TaskRecord, lastSlot: number, asked: Now, now: Now): void {
    if (!countsOnWall(record.schedule)) {
      record.extras.lastWallSlot = Math.max(lastSlot, record.readonlyExtras.lastWallSlot ?? lastSlot)
      return
    }
    // If the clock was set back before `lastSlot()` answered, the answer is a time of the old clock. If the slots of
    // the schedule run again after such a change, the answer is converted to the new clock.
    const setBackMs = Math.min(0, now.wall - now.mono - (asked.wall - asked.mono))
    const repeats = record.schedule.slots?.repeats === true
    this.#planFrom(record, repeats ? lastSlot + setBackMs : lastSlot, now)
  }

  planFleet(record: TaskRecord, lastSlot: number | undefined): void {
    if (!countsOnWall(record.schedule)) return
    this.#kernelLoop.lookAtClock()
    const now = this.#kernelLoop.now()
    const isSane = lastSlot !== undefined && lastSlot <= now.wall + tooFarAheadMs
    this.#kernelLoop.batch(() => this.#planFrom(record, isSane ? lastSlot : record.start.wall - 1, now))
  }

  /**
   * Moves the task past the slots that another process of the fleet has already decided. This process does not offer
   * them to the store.
   * @param offersAfterMs - how long this process waits before it offers a due slot
   */
  passDecided(record: TaskRecord, lastSlot: number, offersAfterMs: number): void {
    const hasMoved = record.readonlyExtras.offersAfterMs !== offersAfterMs
    if (hasMoved) record.extras.offersAfterMs = offersAfterMs
    const { slot } = record.state
    if (slot === undefined || !isOfWall(record) || (slot > lastSlot && !hasMoved)) return
    const now = this.#kernelLoop.now()
    const until = Math.min(lastSlot, now.wall)
    const slots = this.#planner.passedBefore(record, until, now.wall, now, record.state.standby)
    if (slots) this.#expectRuns(record, { ...slots, standby: this.isStandby(record) }, now)
    else if (!hasMoved) return
    const { slot: next, dueAt } = slots
      ? { slot: slots.next, dueAt: slots.nextDueAt }
      : this.#planner.again(record, slot, now)
    const task = record.info.name
    this.#kernelLoop.dispatch({ type: 'slot-planned', task, slot: next, dueAt, lastSlot: slots?.newest })
  }

  onDue(record: TaskRecord, now: Now): void {
    const { state } = record
    const task = record.info.name
    const isSlotDue = state.slotDueAt <= now.mono
    const slots = isSlotDue ? this.#planner.due(record, now, this.isStandby(record)) : undefined
    if (isSlotDue && slots === undefined && state.slot !== undefined) {
      // The timer has fired, but the slot is not due yet. The wall clock was set back or is slightly slow.
      const { slot, dueAt } = this.#planner.again(record, state.slot, now)
      this.#kernelLoop.dispatch({ type: 'slot-planned', task, slot, dueAt, lastSlot: undefined })
    }
    if (slots) this.#expectRuns(record, slots, now)
    this.#kernelLoop.dispatch({ type: 'due', task, run: 0, slots: slots && withCause(record, slots) })
  }

  #expectRuns(record: TaskRecord, slots: DueSlots, now: Now): void {
    const { state } = record
    if (record.readonlyExtras.heldBack !== undefined) record.extras.heldBack = undefined
    if (state.host === undefined) record.clearPostponed()
    const due = slots.count - (isTakenEarly(state) ? 1 : 0) - metSlots(record, slots)
    if (due === 0 || slots.standby || state.paused || state.held || state.fleet?.isOverruled) return
    if (record.unmetSlots === 0) record.unmetSince = now.awake
    record.unmetSlots += due
    if (state.host) record.addMissing(due, now.awake)
  }

  isStandby(record: TaskRecord): boolean {
    const { enabled } = record.settings
    if (enabled === undefined) return false
    const text = `Task '${record.info.name}': enabled() failed, so the task is on standby`
    return askPredicate(this.#warnings, text, () => enabled()) !== true
  }
}

/**
 * Records how long reschedules have postponed the next run. If each reschedule comes before the next run, no run ever
 * starts.
 */
function notePostponed({ state, extras, readonlyExtras }: TaskRecord, isDecided: boolean, now: Now): void {
  const { slotDueAt, mode, paused, standby } = state
  if (isDecided || mode !== 'armed' || paused || standby) {
    if (readonlyExtras.postponed !== undefined) extras.postponed = undefined
  } else if (Number.isFinite(slotDueAt)) {
    extras.postponed ??= { since: now.awake, from: now.awake, waitMs: 0, times: 0 }
    const { postponed } = extras
    postponed.waitMs = Math.max(postponed.waitMs, now.awake - postponed.from + slotDueAt - now.mono)
    postponed.from = now.awake
    postponed.times += 1
  }
}

/** Adds why the slots are late. The cause is then deleted, because it does not apply to later slots. */
function withCause(record: TaskRecord, slots: DueSlots): DueSlots {
  const cause = record.readonlyExtras.lateness
  if (cause === undefined) return slots
  record.extras.lateness = undefined
  return { ...slots, cause }
}

/**
 * How many of the slots are not newer than the newest slot that has succeeded. Another process may report a success
 * before this process has noticed that the slot is due.
 */
function metSlots({ readonlyExtras }: TaskRecord, { recent, newest, count }: DueSlots): number {
  const { lastSuccessSlot } = readonlyExtras
  if (lastSuccessSlot === undefined) return 0
  return newest <= lastSuccessSlot ? count : recent.filter((slot) => slot <= lastSuccessSlot).length
}

function timeIn(record: TaskRecord, now: Now): number {
  return isOfWall(record) ? now.wall : now.mono
}

function isEnding({ kernel }: KernelLoop): boolean {
  return kernel.phase === 'stopping' || kernel.phase === 'stopped'
}

function countsOnWall({ slots, info }: Schedule): boolean {
  return slots?.timeline === 'wall' && info.recurring
}

/** Returns NaN if `value` is not a `Date`. `instanceof` would reject a `Date` from another V8 context. */
function timeOf(value: unknown): number {
  const isDate = Object.prototype.toString.call(value) === '[object Date]'
  return isDate ? (value as Date).getTime() : Number.NaN
}
