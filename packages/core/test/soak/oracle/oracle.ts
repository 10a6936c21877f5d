import type { Observer, Supervisor, SupervisorEvent, TriggerResult } from '../../../src/index.ts'
import { countKind } from '../coverage.ts'
import type { Expected } from '../host-spec.ts'
import type { Checker, Must, Registration, Scene, Sighting } from '../journal.ts'
import type { ScheduleSpec } from '../spec.ts'
import { HealthChecker } from './health.ts'
import { HostSlotChecker } from './host-slots.ts'
import { checkTaskCounts, NumberChecker } from './numbers.ts'
import { RestartChecker } from './restarts.ts'
import { RunChecker } from './runs.ts'
import { SlotChecker } from './slots.ts'
import { StopChecker } from './stop.ts'
import { lineOf } from './timeline.ts'

export class Oracle {
  readonly observer: Observer
  readonly current = new Map<string, Registration>()
  readonly registrations: Registration[] = []
  readonly stop: StopChecker
  registering: Pick<Registration, 'name' | 'spec' | 'host'> | undefined
  readonly timeline: string[] = []
  readonly #runs = new RunChecker()
  readonly #restarts = new RestartChecker()
  readonly #slots: SlotChecker
  readonly #hostSlots = new HostSlotChecker()
  readonly #checkers: readonly Checker[]
  readonly #faults: string[] = []
  #seq = 0
  readonly #supervisor: () => Supervisor

  constructor(mono: () => number, wall: () => number, supervisor: () => Supervisor) {
    this.#supervisor = supervisor
    this.stop = new StopChecker(this.#runs)
    this.#slots = new SlotChecker(() => wall() - mono())
    this.#checkers = [
      this.#runs,
      this.#restarts,
      this.#slots,
      this.#hostSlots,
      new NumberChecker(),
      new HealthChecker(),
      this.stop,
    ]
    const onEvent = (event: SupervisorEvent): void => this.#onEvent(event, mono())
    this.observer = { name: 'oracle', onEvent }
  }

  readonly must: Must = (holds, invariant, message) => {
    if (!holds && this.#faults.length < 10) this.#faults.push(`${invariant}: ${message()}`)
  }

  takeFaults(): readonly string[] {
    return this.#faults.splice(0)
  }

  #onEvent(event: SupervisorEvent, mono: number): void {
    // The supervisor would swallow an error that is thrown here.
    try {
      this.must(
        event.seq === this.#seq + 1,
        '16 numbers',
        () => `${event.type} has the number ${event.seq} after ${this.#seq}`,
      )
      this.#seq = event.seq
      this.#forgetUnreported()
      const { phase } = this.#supervisor().report()
      if (event.type === 'task.registered') this.#register(event.task)
      const sighting = { event, mono, phase, of: this.#ownerOf(event) }
      this.timeline.push(lineOf(event, mono))
      countKind(event)
      if (phase === 'stopping' || phase === 'stopped') this.stop.onQuiet({ ...this.#bareScene(mono), phase })
      for (const checker of this.#checkers) checker.onEvent?.(sighting, this.must)
      if (event.type === 'task.unregistered') this.current.delete(event.task)
    } catch (error) {
      this.must(false, 'the oracle', () => String(error instanceof Error ? error.stack : error))
    }
  }

  #bareScene(mono: number): Scene {
    const { current, registrations } = this
    return { mono, wall: 0, blockedMs: 0, isSettled: false, phase: '', current, registrations }
  }

  #register(name: string): void {
    const { spec, host } =
      this.registering?.name === name ? this.registering : { spec: undefined, host: undefined }
    const registration = { name, spec, host, number: this.registrations.length, task: undefined }
    this.current.set(name, registration)
    this.registrations.push(registration)
  }

  #ownerOf(event: SupervisorEvent): Sighting['of'] {
    if (!('task' in event)) return undefined
    const runId = 'runId' in event ? event.runId : undefined
    const owner = runId === undefined ? undefined : this.#runs.ownerOf(runId)
    if (owner?.host) return owner
    const current = this.current.get(event.task)
    return current ?? owner
  }

  /** After the stop, `unregister()` emits no event. */
  #forgetUnreported(): void {
    if (!this.stop.hasEnded) return
    for (const name of this.current.keys()) if (!this.#supervisor().task(name)) this.current.delete(name)
  }

  onManualRestart(name: string): void {
    this.#restarts.onAsked(this.current.get(name))
  }

  onReschedule(name: string, schedule: ScheduleSpec): void {
    const of = this.current.get(name)
    if (of) this.#slots.onReschedule(of, schedule)
  }

  onLeave(name: string): void {
    const of = this.current.get(name)
    if (of === undefined) return
    this.#slots.onLeave(of)
    this.#hostSlots.onLeave(of)
  }

  onHostReschedule(name: string, expected: Expected): void {
    const of = this.current.get(name)
    if (of) this.#hostSlots.onReschedule(of, expected)
  }

  onJump(): void {
    this.#slots.onJump()
    this.#hostSlots.onJump()
  }

  onAbort(task: string, hasTime: boolean, scene: Scene): void {
    this.stop.onAbort(task, hasTime, scene, this.must)
  }

  onResult(task: string, result: TriggerResult): void {
    if (!result.started) return
    const outcome = this.#runs.outcomeOf(result.runId)
    this.must(
      outcome === result.outcome,
      '2 one outcome',
      () => `a trigger of ${task} returned ${result.outcome}, but its run ended ${outcome}`,
    )
  }

  check(scene: Scene): void {
    this.#forgetUnreported()
    for (const checker of this.#checkers) checker.check?.(scene, this.must)
    checkTaskCounts(this.#supervisor().report(), [...this.#supervisor().tasks()], this.must)
  }
}
