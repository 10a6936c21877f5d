import type { Complaints } from '../complaints.ts'
import { toError } from '../errors.ts'
import type { Now } from '../kernel/now.ts'
import type { Engine } from './engine.ts'
import type { TaskEntry } from './entry.ts'
import type { Planner } from './planner.ts'

/** A wall clock that moved so far was set, and not slept through: as Debian's cron has it. */
const correctionMs = 3 * 3_600_000

/** Takes what schedules say to the kernel: the first slot, those that came due, and what a clock jump makes of them. */
export class SlotDesk {
  readonly #engine: Engine
  readonly #planner: Planner
  readonly #complaints: Complaints

  constructor(engine: Engine, planner: Planner, complaints: Complaints) {
    this.#engine = engine
    this.#planner = planner
    this.#complaints = complaints
  }

  /** Plans the first slot from now on. */
  plan(entry: TaskEntry, now: Now): void {
    const { lastSlot } = entry.traits
    if (lastSlot === undefined || !entry.isFirstSlot) return this.#planFrom(entry, undefined, now)
    // What an earlier process decided last may have to be read from somewhere.
    const given = (async () => lastSlot())()
    const plan = (slot: number | undefined): void =>
      this.#engine.batch(() => this.#planFrom(entry, slot, this.#engine.now()))
    given.then(
      (date) => plan(date?.getTime()),
      (error: unknown) => {
        this.#complaints.add(`Task '${entry.info.name}': lastSlot() failed`, toError(error))
        plan(undefined)
      },
    )
  }

  #planFrom(entry: TaskEntry, lastSlot: number | undefined, now: Now): void {
    const { slot, dueAt } = this.#planner.first(entry, now, lastSlot)
    this.#engine.dispatch({ type: 'slot-planned', task: entry.info.name, slot, dueAt, anew: false })
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

  /** What `enabled()` says; one that throws says no, since whoever leads must be sure of it. */
  isStandby(entry: TaskEntry): boolean {
    const { enabled } = entry.traits
    if (enabled === undefined) return false
    try {
      return !enabled()
    } catch (error) {
      const text = `Task '${entry.info.name}': enabled() failed, so it stands by`
      this.#complaints.add(text, toError(error))
      return true
    }
  }

  /** A jump of the wall clock moves when wall-clock slots are due. */
  onWake(now: Now): void {
    const deltaMs = this.#engine.takeJump(now)
    if (deltaMs === 0) return
    const isCorrection = Math.abs(deltaMs) >= correctionMs
    const treatedAs = isCorrection ? 'correction' : 'gap'
    this.#engine.tell({ type: 'clock.jumped', at: now.wall, deltaMs, treatedAs })
    for (const entry of this.#engine.entries.values()) {
      const pending = entry.state.slot
      if (entry.schedule.slots?.timeline !== 'wall' || pending === undefined) continue
      if (isCorrection) entry.anchorWall = now.wall
      const planned = isCorrection
        ? this.#planner.first(entry, now, undefined)
        : this.#planner.again(entry, pending, now)
      const { slot, dueAt } = planned
      this.#engine.dispatch({ type: 'slot-planned', task: entry.info.name, slot, dueAt, anew: isCorrection })
    }
  }
}
