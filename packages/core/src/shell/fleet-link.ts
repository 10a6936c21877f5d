import type { Clock } from '../base/clock.ts'
import { atMost } from '../base/expiry.ts'
import { toError } from '../base/to-error.ts'
import type { SkipReason } from '../base/words.ts'
import { unnumbered } from '../events/base-event.ts'
import { overrulingDefinition, ownSlotsFrom } from '../fleet/definition.ts'
import type {
  Fleet,
  FleetControl,
  FleetHost,
  FleetMember,
  FleetRecord,
  FleetResult,
  FleetRun,
  FleetRunning,
  FleetSchedule,
} from '../fleet/fleet.ts'
import type { FleetQuestion } from '../kernel/fleet-state.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { definitionOf } from './fleet-definition.ts'
import { startFleetRun } from './fleet-runs.ts'
import { noteSuccess } from './fleet-success.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { SlotFeed } from './slot-feed.ts'
import type { TaskRecord } from './task-record.ts'

const longestCloseMs = 5_000

interface Control extends Pick<FleetControl, 'action' | 'by' | 'reason'> {
  readonly until?: number | undefined
  readonly schedule?: FleetSchedule
}

/** This process waits at most this long for another process to offer a slot first. */
const longestWaitMs = 60_000

/** Connects the supervisor with its fleet. Errors of the fleet are caught; only `request` rejects. */
export class FleetLink implements FleetHost {
  readonly instanceId: string
  readonly supervisor: string
  readonly clock: Clock
  readonly fleet: Fleet
  onRescheduled: (record: TaskRecord, schedule: Readonly<Record<string, unknown>>) => void = () => {}
  readonly #kernelLoop: KernelLoop
  readonly #slots: SlotFeed
  readonly #warnings: ConsoleWarnings
  #member: FleetMember | undefined
  #startedAt = 0
  #requests = 0
  #down: { readonly sinceAwake: number; readonly at: number; readonly error: string } | undefined
  readonly #known = new Map<string, FleetRecord>()
  /** Tasks whose first slot has been planned. */
  readonly #planned = new WeakSet<TaskRecord>()
  /**
   * For each task, the text of the schedule that the code set. A reschedule is valid until the code sets another one.
   */
  readonly #ofCode = new Map<string, string>()
  /** For each task, the newest pause, resume or reschedule that the fleet has not confirmed yet. */
  readonly #unconfirmed = new Map<string, FleetControl>()

  constructor(
    fleet: Fleet,
    kernelLoop: KernelLoop,
    slots: SlotFeed,
    warnings: ConsoleWarnings,
    names: { readonly instanceId: string; readonly supervisor: string },
  ) {
    this.fleet = fleet
    this.clock = kernelLoop.clock
    this.instanceId = names.instanceId
    this.supervisor = names.supervisor
    this.#kernelLoop = kernelLoop
    this.#slots = slots
    this.#warnings = warnings
  }

  /** Since when the store of the fleet can't be reached (wall time), and why. `undefined` if it can be reached. */
  get outage(): { readonly at: number; readonly error: string } | undefined {
    return this.#down && { at: this.#down.at, error: this.#down.error }
  }

  get isUp(): boolean {
    return this.#member !== undefined && this.#down === undefined
  }

  known(task: string): FleetRecord | undefined {
    return this.#known.get(task)
  }

  join(): void {
    this.#startedAt = this.clock.now()
    try {
      this.#member = this.fleet.join(this)
    } catch (error) {
      this.#warn('failed in join()', error)
      this.down(error)
    }
  }

  /** Called when a task is armed. Declares the task to the fleet in a microtask, after the current step. */
  onArmed(record: TaskRecord): void {
    if (record.state.fleet === undefined) return
    const { name, schedule } = record.info
    this.#ofCode.set(name, schedule.text)
    queueMicrotask(() => record.isRegistered && this.define(record))
  }

  define(record: TaskRecord): void {
    if (record.state.fleet) this.#guard('define()', () => this.#member?.define(this.definitionOf(record)))
  }

  withdraw({ info, state }: TaskRecord): void {
    if (state.fleet === undefined) return
    this.#known.delete(info.name)
    this.#guard('withdraw()', () => this.#member?.withdraw(info.name))
  }

  definitionOf(record: TaskRecord): ReturnType<typeof definitionOf> {
    return definitionOf(record, this.instanceId, this.fleet.version, this.#startedAt)
  }

  /** Asks the fleet to decide slots of a task, and dispatches the answer to the kernel. */
  ask({ info, state }: TaskRecord, question: FleetQuestion): void {
    const task = info.name
    const schedule = info.schedule.text
    const { id } = question
    const asked = async (): Promise<void> => {
      const member = this.#member
      if (member === undefined) throw new Error('it has not been joined')
      const answer =
        question.asks === 'offer'
          ? await member.offer({
              task,
              slot: question.slot,
              until: question.slot + Math.min(state.config.catchUpMs, 8.64e15 - question.slot),
              schedule,
              waits: question.waits,
              carrier: undefined,
            })
          : await member.account({ task, schedule, ...question })
      this.#kernelLoop.dispatch({ type: 'fleet-answered', task, question: id, answer })
    }
    asked().catch((error: unknown) => {
      if (this.isUp) this.#warn(`could not decide a slot of task '${task}', and is asked again`, error)
      this.#kernelLoop.dispatch({ type: 'fleet-failed', task, question: id })
    })
  }

  /** Requests a run of the task in any process of the fleet. Rejects if the fleet can't be asked. */
  async request(task: string, input: unknown): Promise<FleetResult> {
    if (this.#member === undefined) throw new Error('it has not been joined')
    this.#requests += 1
    const id = `${this.instanceId}-r${this.#requests}`
    const carrier = this.#kernelLoop.observers.captureTexts()
    return this.#member.request({ task, id, input, carrier, by: undefined })
  }

  /**
   * Controls the task in all processes. If the fleet does not confirm the control, it is sent again after an outage.
   */
  control(task: string, asked: Control): void {
    const { schedule } = asked
    const instead = schedule && { schedule: { ...schedule, instead: this.#ofCode.get(task) } }
    const control = { task, ...asked, ...instead } as FleetControl
    this.#unconfirmed.set(task, control)
    void this.#send(control)
  }

  async #send(control: FleetControl): Promise<void> {
    const { task, action } = control
    try {
      await this.#member?.control(control)
      if (this.#unconfirmed.get(task) === control) this.#unconfirmed.delete(task)
    } catch (error) {
      if (this.isUp) this.#warn(`could not ${action} task '${task}' in the other processes`, error)
    }
  }

  /** Closes the connection to the fleet. Resolves when the fleet has closed, or after `leftMs`, at most 5 s. */
  async close(leftMs: number): Promise<void> {
    const ms = Math.max(0, Math.min(leftMs, longestCloseMs))
    const deadline = new Date(Math.round(this.clock.now() + ms))
    const closed = Promise.resolve(this.#guard('close()', () => this.#member?.close(deadline)))
    const failed = (error: unknown): void => this.#warn('could not close', error)
    await atMost(this.clock, ms, closed.catch(failed))
  }

  run(run: FleetRun): FleetRunning {
    return startFleetRun(this.#kernelLoop, this.#slots, this.instanceId, run)
  }

  know(tasks: ReadonlyMap<string, FleetRecord>): void {
    this.#kernelLoop.batch(() => {
      for (const [name, known] of tasks) {
        const record = this.#kernelLoop.records.get(name)
        if (record?.state.fleet) this.#know(record, known)
      }
    })
  }

  #know(record: TaskRecord, known: FleetRecord): void {
    const task = record.info.name
    const former = this.#known.get(task)
    this.#known.set(task, known)
    const { lastSlot = Number.NEGATIVE_INFINITY, lastSuccessAt, paused } = known
    const own = this.definitionOf(record)
    const isOverruled = overrulingDefinition(known.members, own) !== undefined
    if (isOverruled) record.clearUnmet()
    this.#slots.passDecided(record, lastSlot, waitOf(known))
    const isBack = !isOverruled && record.state.fleet?.isOverruled === true
    const ownFrom = isBack ? ownSlotsFrom(former, known, own) : Number.NEGATIVE_INFINITY
    this.#kernelLoop.dispatch({ type: 'fleet-known', task, lastSlot, isOverruled, ownFrom })
    if (lastSuccessAt !== undefined && lastSuccessAt > (former?.lastSuccessAt ?? 0))
      noteSuccess(this.#kernelLoop, record, lastSuccessAt)
    this.#knowSchedule(record, known, former?.rescheduled?.at ?? 0)
    // In a microtask, after the events of this batch: they may give the task another schedule.
    if (former === undefined) queueMicrotask(() => this.plansFirst(record))
    if (this.#unconfirmed.has(task) || record.state.fleet?.isDisabled) return
    const until = paused?.until ?? Number.POSITIVE_INFINITY
    if (paused && until > this.clock.now()) {
      if (!record.state.paused || record.state.pausedUntil !== until)
        this.#kernelLoop.dispatch({ type: 'pause', task, reason: paused.reason, until })
    } else if (record.state.paused) this.#kernelLoop.dispatch({ type: 'resume', task })
  }

  #knowSchedule(record: TaskRecord, { rescheduled }: FleetRecord, knownAt: number): void {
    const { name } = record.info
    if (rescheduled === undefined || rescheduled.at <= knownAt || this.#unconfirmed.has(name)) return
    if (rescheduled.schedule['instead'] === this.#ofCode.get(name))
      this.#guard('a reschedule', () => this.onRescheduled(record, rescheduled.schedule))
  }

  /**
   * Plans the first slot of a task: the slot after the newest one that the fleet has decided. Until the fleet has
   * reported that slot, no slot is planned, because connecting may take longer than the time until the first slot.
   *
   * @returns false if no fleet decides the slots of the task, or if its first slot was planned before
   */
  plansFirst(record: TaskRecord): boolean {
    if (record.state.fleet === undefined || this.#planned.has(record)) return false
    const known = this.#known.get(record.info.name)
    if (known && record.isRegistered && record.state.mode !== 'registered') {
      this.#planned.add(record)
      const { lastSlot, lastSchedule = record.info.schedule.text } = known
      const isOfSchedule = lastSchedule === record.info.schedule.text
      this.#slots.planFleet(record, isOfSchedule ? lastSlot : undefined)
    }
    return true
  }

  drop(task: string, slots: readonly number[], reason: SkipReason | 'missed'): void {
    this.#kernelLoop.dispatch({ type: 'fleet-dropped', task, slots, reason })
  }

  down(error: unknown): void {
    if (this.#down !== undefined) return
    const { message } = toError(error)
    this.#kernelLoop.batch(() => {
      const now = this.#kernelLoop.now()
      this.#down = { sinceAwake: now.awake, at: now.wall, error: message }
      this.#setDown()
      this.#kernelLoop.emit({
        type: 'fleet.down',
        seq: unnumbered,
        at: now.wall,
        fleet: this.fleet.name,
        error: toError(error),
      })
    })
  }

  up(): void {
    const down = this.#down
    if (down === undefined) return
    this.#kernelLoop.batch(() => {
      const at = this.#kernelLoop.clock.now()
      this.#down = undefined
      this.#setDown()
      this.#kernelLoop.emit({
        type: 'fleet.up',
        seq: unnumbered,
        at,
        fleet: this.fleet.name,
        downMs: Math.max(0, at - down.at),
      })
      for (const control of this.#unconfirmed.values()) void this.#send(control)
    })
  }

  #setDown(): void {
    for (const record of this.#kernelLoop.records.values()) {
      if (record.state.fleet === undefined) continue
      record.extras.fleetDown = this.#down
      record.mustJudge = true
      this.#kernelLoop.touch(record)
      if (this.#down === undefined) this.#kernelLoop.dispatch({ type: 'fleet-up', task: record.info.name })
    }
  }

  warn(text: string, error?: unknown): void {
    this.#warnings.add(`${this.fleet.name}: ${text}`, error === undefined ? undefined : toError(error))
  }

  #warn(text: string, error: unknown): void {
    this.#warnings.add(`${this.fleet.name} ${text}`, toError(error))
  }

  #guard<Value>(what: string, call: () => Value): Value | undefined {
    try {
      return call()
    } catch (error) {
      this.#warn(`failed in ${what}`, error)
      return undefined
    }
  }
}

function waitOf({ offersAfterMs = 0 }: FleetRecord): number {
  return offersAfterMs > 0 ? Math.min(offersAfterMs, longestWaitMs) : 0
}
