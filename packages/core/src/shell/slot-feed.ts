import type { Now } from '../base/now.ts'
import { toError } from '../base/to-error.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import type { TaskOptions } from '../task/options.ts'
import { askPredicate } from './ask-predicate.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { SlotPlanner } from './slot-planner.ts'
import type { TaskRecord } from './task-record.ts'

/** A jump of the wall clock of this size or more is a correction, not a sleep of the machine. Debian's cron uses the same limit. */
const correctionMs = 3 * 3_600_000

/** Dispatches the slots of schedules to the kernel: the first slot, due slots, and new due times after a clock jump. */
export class SlotFeed {
  readonly #kernelLoop: KernelLoop
  readonly #planner: SlotPlanner
  readonly #warnings: ConsoleWarnings
  /** Tasks whose `lastSlot()` has been called. */
  readonly #askedLastSlot = new WeakSet<TaskRecord>()

  constructor(kernelLoop: KernelLoop, planner: SlotPlanner, warnings: ConsoleWarnings) {
    this.#kernelLoop = kernelLoop
    this.#planner = planner
    this.#warnings = warnings
  }

  /** Plans the first slot from now on. */
  plan(record: TaskRecord, now: Now): void {
    this.#planFrom(record, undefined, now)
    const { lastSlot } = record.settings
    if (lastSlot === undefined || this.#askedLastSlot.has(record)) return
    this.#askedLastSlot.add(record)
    void this.#askLastSlot(record, lastSlot)
  }

  #planFrom(record: TaskRecord, lastSlot: number | undefined, now: Now): void {
    const { slot, dueAt } = this.#planner.first(record, now, lastSlot)
    this.#kernelLoop.dispatch({ type: 'slot-planned', task: record.info.name, slot, dueAt, anew: false })
  }

  /**
   * Asks for the last slot that an earlier process decided, which may have to be read from a store. Until the answer comes
   * the task is planned without it. The answer replaces that plan, unless a slot was decided meanwhile.
   */
  async #askLastSlot(record: TaskRecord, lastSlot: NonNullable<TaskOptions['lastSlot']>): Promise<void> {
    const { info, schedule } = record
    const warn = (what: string, error?: Error): void =>
      this.#warnings.add(`Task '${info.name}': lastSlot() ${what}`, error)
    try {
      const date: unknown = await lastSlot()
      if (date === undefined) return
      const now = this.#kernelLoop.now()
      const slot = timeOf(date)
      if (Number.isNaN(slot)) return warn('gave no valid date')
      // Further ahead than any clock error: a mistake of the caller.
      if (slot > now.wall + correctionMs) return warn('gave a date in the future')
      if (!record.isRegistered || record.schedule !== schedule) return
      this.#kernelLoop.batch(() => this.#planFrom(record, slot, now))
    } catch (error) {
      warn('failed', toError(error))
    }
  }

  /** The slot or the restart of a task is due. */
  onDue(record: TaskRecord, now: Now): void {
    const { state } = record
    const task = record.info.name
    const isSlotDue = state.slotDueAt <= now.mono
    const slots = isSlotDue ? this.#planner.due(record, now, this.isStandby(record)) : undefined
    if (isSlotDue && slots === undefined && state.slot !== undefined) {
      // By the wall clock the slot is not due yet: the clock was set back, or the timer was early.
      const { slot, dueAt } = this.#planner.again(record, state.slot, now)
      this.#kernelLoop.dispatch({ type: 'slot-planned', task, slot, dueAt, anew: false })
    }
    if (slots && !slots.standby && !state.paused) {
      if (record.unmetSlots === 0) record.unmetSince = now.awake
      record.unmetSlots += slots.count
    }
    this.#kernelLoop.dispatch({ type: 'due', task, run: 0, slots })
  }

  /** Whether `enabled()` says no. An error or any other answer than true or false counts as no: a leader has to be sure. */
  isStandby(record: TaskRecord): boolean {
    const { enabled } = record.settings
    if (enabled === undefined) return false
    const text = `Task '${record.info.name}': enabled() failed, so the task is on standby`
    return askPredicate(this.#warnings, text, () => enabled()) !== true
  }

  /** A jump of the wall clock changes when wall-clock slots are due. */
  onClockJumped(deltaMs: number, now: Now): void {
    const isCorrection = Math.abs(deltaMs) >= correctionMs
    const treatedAs = isCorrection ? 'correction' : 'gap'
    this.#kernelLoop.emit({ type: 'clock.jumped', at: now.wall, deltaMs, treatedAs })
    for (const record of this.#kernelLoop.records.values()) {
      const pending = record.state.slot
      if (record.schedule.slots?.timeline !== 'wall' || pending === undefined) continue
      if (isCorrection) record.start = { ...record.start, wall: now.wall }
      const planned = isCorrection
        ? this.#planner.first(record, now, undefined)
        : this.#planner.again(record, pending, now)
      const { slot, dueAt } = planned
      this.#kernelLoop.dispatch({
        type: 'slot-planned',
        task: record.info.name,
        slot,
        dueAt,
        anew: isCorrection,
      })
    }
  }
}

/** The time of a date, also one of another realm; NaN for anything else. */
function timeOf(value: unknown): number {
  const isDate = Object.prototype.toString.call(value) === '[object Date]'
  return isDate ? (value as Date).getTime() : Number.NaN
}
