import type { Clock } from '../base/clock.ts'
import { errorText } from '../base/error-record.ts'
import { atMost } from '../base/expiry.ts'
import { toError } from '../base/to-error.ts'
import type { SkipReason } from '../base/words.ts'
import { unnumbered } from '../events/base-event.ts'
import { otherScopeText } from '../events/phrases.ts'
import type {
  Fleet,
  FleetHost,
  FleetMember,
  FleetRecord,
  FleetResult,
  FleetRun,
  FleetRunning,
} from '../fleet/fleet.ts'
import type { FleetQuestion } from '../kernel/fleet-state.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { FleetControls } from './fleet-controls.ts'
import { definitionOf } from './fleet-definition.ts'
import { FleetKnown } from './fleet-known.ts'
import { startFleetRun } from './fleet-runs.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { SlotFeed } from './slot-feed.ts'
import type { TaskRecord } from './task-record.ts'

const longestCloseMs = 5_000

/** Connects the supervisor with its fleet. Only the promise of `request` can reject. */
export class FleetLink implements FleetHost {
  readonly instanceId: string
  readonly supervisor: string
  readonly clock: Clock
  readonly fleet: Fleet
  readonly controls: FleetControls
  readonly known: FleetKnown
  readonly #kernelLoop: KernelLoop
  readonly #slots: SlotFeed
  readonly #warnings: ConsoleWarnings
  #member: FleetMember | undefined
  #startedAt = 0
  #requests = 0
  /** All tasks of the fleet share this object, so that a new reason of the outage costs the same for any number of them. */
  #down: { readonly sinceAwake: number; readonly at: number; error: string } | undefined

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
    this.known = new FleetKnown(kernelLoop, slots, names.instanceId, (record) => this.definitionOf(record))
    this.controls = new FleetControls(
      kernelLoop,
      async (control) => this.#member?.control(control),
      (text, error) => this.isUp && this.#warn(text, error),
      (what, call) => this.#guard(what, call),
    )
  }

  /** `at`: the wall time since which this process can't use the store of the fleet. */
  get outage(): { readonly at: number; readonly error: string } | undefined {
    return this.#down && { at: this.#down.at, error: this.#down.error }
  }

  get isUp(): boolean {
    return this.#member !== undefined && this.#down === undefined
  }

  join(): void {
    this.#startedAt = this.clock.now()
    this.#kernelLoop.batch(() =>
      this.#kernelLoop.emit({
        type: 'fleet.joined',
        seq: unnumbered,
        at: this.#startedAt,
        fleet: this.fleet.name,
        instanceId: this.instanceId,
      }),
    )
    try {
      this.#member = this.fleet.join(this)
    } catch (error) {
      this.#warn('failed in join()', error)
      this.down(error)
    }
  }

  onArmed(record: TaskRecord): void {
    if (record.state.fleet === undefined) return
    this.controls.onArmed(record)
    queueMicrotask(() => record.isRegistered && this.define(record))
  }

  define(record: TaskRecord): void {
    if (record.state.fleet) this.#guard('define()', () => this.#member?.define(this.definitionOf(record)))
  }

  withdraw({ info, state }: TaskRecord): void {
    if (state.fleet === undefined) return
    this.known.forget(info.name)
    this.#guard('withdraw()', () => this.#member?.withdraw(info.name))
  }

  definitionOf(record: TaskRecord): ReturnType<typeof definitionOf> {
    return definitionOf(record, this.instanceId, this.fleet.version, this.#startedAt)
  }

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

  /** Rejects if the fleet was not joined or can't be reached. */
  async request(task: string, input: unknown): Promise<FleetResult> {
    if (this.#member === undefined) throw new Error('it has not been joined')
    this.#requests += 1
    const id = `${this.instanceId}-r${this.#requests}`
    const carrier = this.#kernelLoop.observers.captureTexts()
    return this.#member.request({ task, id, input, carrier, by: undefined })
  }

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
        else if (record?.info.scope === 'instance') this.#noteOtherScope(record, known)
      }
    })
  }

  #know(record: TaskRecord, known: FleetRecord): void {
    const former = this.known.take(record, known)
    this.controls.followSchedule(record, known, former)
    if (former === undefined) queueMicrotask(() => this.known.plansFirst(record))
    this.controls.followPause(record, known)
  }

  #noteOtherScope(record: TaskRecord, { members = [] }: FleetRecord): void {
    const before = record.readonlyExtras.sharedIn
    if (members.length === 0 && before === undefined) return
    const sharedIn = members.length === 0 ? undefined : members.map(({ instanceId }) => instanceId)
    record.extras.sharedIn = sharedIn
    if (before === undefined && sharedIn !== undefined)
      this.#warnings.add(`Task '${record.info.name}': ${otherScopeText(sharedIn)}`)
  }

  drop(task: string, slots: readonly number[], reason: SkipReason | 'missed'): void {
    this.#kernelLoop.dispatch({ type: 'fleet-dropped', task, slots, reason })
  }

  down(error: unknown): void {
    const cause = toError(error)
    // The message of an `AggregateError` is often empty, for example if no address of a host accepts connections.
    const text = cause.message || errorText(cause)
    if (this.#down !== undefined) {
      this.#down.error = text
      return
    }
    this.#kernelLoop.batch(() => {
      const now = this.#kernelLoop.now()
      this.#down = { sinceAwake: now.awake, at: now.wall, error: text }
      this.#setDown()
      this.#kernelLoop.emit({
        type: 'fleet.down',
        seq: unnumbered,
        at: now.wall,
        fleet: this.fleet.name,
        error: cause,
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
      this.controls.repeat()
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
