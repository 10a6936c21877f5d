import { show, toError } from '../base/errors.ts'
import type { Now } from '../base/now.ts'
import { inRootContext, isolated } from '../base/root-context.ts'
import type { Complaints } from '../observe/console-warnings.ts'
import type { TaskOptions } from '../task/options.ts'
import type { Engine } from './kernel-loop.ts'
import type { Planner } from './slot-planner.ts'
import type { TaskEntry } from './task-record.ts'

/** A wall clock that moved so far was set, and not slept through: as Debian's cron has it. */
const correctionMs = 3 * 3_600_000

/** Takes what schedules say to the kernel: the first slot, those that came due, and what a clock jump makes of them. */
export class SlotDesk {
  readonly #engine: Engine
  readonly #planner: Planner
  readonly #complaints: Complaints
  /** Tasks whose `lastSlot` was asked. */
  readonly #seeded = new WeakSet<TaskEntry>()

  constructor(engine: Engine, planner: Planner, complaints: Complaints) {
    this.#engine = engine
    this.#planner = planner
    this.#complaints = complaints
  }

  /** Plans the first slot from now on. */
  plan(entry: TaskEntry, now: Now): void {
    this.#planFrom(entry, undefined, now)
    const { lastSlot } = entry.traits
    if (lastSlot === undefined || this.#seeded.has(entry)) return
    this.#seeded.add(entry)
    void this.#seed(entry, lastSlot)
  }

  #planFrom(entry: TaskEntry, lastSlot: number | undefined, now: Now): void {
    const { slot, dueAt } = this.#planner.first(entry, now, lastSlot)
    this.#engine.dispatch({ type: 'slot-planned', task: entry.info.name, slot, dueAt, anew: false })
  }

  /**
   * What an earlier process decided last may have to be read from somewhere. Until it is known the task is planned as
   * if there were nothing; the answer changes that plan, unless a slot was decided meanwhile.
   */
  async #seed(entry: TaskEntry, lastSlot: NonNullable<TaskOptions['lastSlot']>): Promise<void> {
    const { info, schedule } = entry
    const complain = (what: string, error?: Error): void =>
      this.#complaints.add(`Task '${info.name}': lastSlot() ${what}`, error)
    try {
      const date: unknown = await lastSlot()
      if (date === undefined) return
      const now = this.#engine.now()
      const slot = timeOf(date)
      if (Number.isNaN(slot)) return complain('gave no valid date')
      if (slot > now.wall + correctionMs) return complain('gave a date in the future')
      if (!entry.isRegistered || entry.schedule !== schedule) return
      this.#engine.batch(() => this.#planFrom(entry, slot, now))
    } catch (error) {
      complain('failed', toError(error))
    }
  }

  /** The alarm of a task went off: for its slot, or its restart. */
  onDue(entry: TaskEntry, now: Now): void {
    const { state } = entry
    const task = entry.info.name
    const isSlotDue = state.slotDueAt <= now.mono
    const slots = isSlotDue ? this.#planner.due(entry, now, this.isStandby(entry)) : undefined
    if (isSlotDue && slots === undefined && state.slot !== undefined) {
      // By the wall clock it is not due after all: it was set back, or the timer was early.
      const { slot, dueAt } = this.#planner.again(entry, state.slot, now)
      this.#engine.dispatch({ type: 'slot-planned', task, slot, dueAt, anew: false })
    }
    if (slots && !slots.standby && !state.paused) {
      if (entry.unmetSlots === 0) entry.unmetSince = now.loop
      entry.unmetSlots += slots.count
    }
    this.#engine.dispatch({ type: 'due', task, run: 0, slots })
  }

  /** What `enabled()` says; anything but a plain yes or no is a no, since whoever leads must be sure of it. */
  isStandby(entry: TaskEntry): boolean {
    const { enabled } = entry.traits
    if (enabled === undefined) return false
    const text = `Task '${entry.info.name}': enabled() failed, so it stands by`
    try {
      const answer: unknown = inRootContext(() => isolated(() => enabled(), undefined), undefined)
      if (typeof answer === 'boolean') return !answer
      this.#complaints.add(text, new TypeError(`it has to give true or false, and gave ${show(answer)}`))
      // An async function may reject on top of it.
      Promise.resolve(answer).catch((error: unknown) => this.#complaints.add(text, toError(error)))
    } catch (error) {
      this.#complaints.add(text, toError(error))
    }
    return true
  }

  /** A jump of the wall clock moves when wall-clock slots are due. */
  onClockJumped(deltaMs: number, now: Now): void {
    const isCorrection = Math.abs(deltaMs) >= correctionMs
    const treatedAs = isCorrection ? 'correction' : 'gap'
    this.#engine.tell({ type: 'clock.jumped', at: now.wall, deltaMs, treatedAs })
    for (const entry of this.#engine.entries.values()) {
      const pending = entry.state.slot
      if (entry.schedule.slots?.timeline !== 'wall' || pending === undefined) continue
      if (isCorrection) entry.start = { ...entry.start, wall: now.wall }
      const planned = isCorrection
        ? this.#planner.first(entry, now, undefined)
        : this.#planner.again(entry, pending, now)
      const { slot, dueAt } = planned
      this.#engine.dispatch({ type: 'slot-planned', task: entry.info.name, slot, dueAt, anew: isCorrection })
    }
  }
}

/** NaN for what is no date; dates of other realms are. */
function timeOf(value: unknown): number {
  const isDate = Object.prototype.toString.call(value) === '[object Date]'
  return isDate ? (value as Date).getTime() : Number.NaN
}
