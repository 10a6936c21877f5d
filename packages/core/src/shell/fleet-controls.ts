import type { FleetControl, FleetRecord, FleetSchedule } from '../fleet/fleet.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { TaskRecord } from './task-record.ts'

interface Control extends Pick<FleetControl, 'action' | 'by' | 'reason'> {
  readonly until?: number | undefined
  readonly schedule?: FleetSchedule
}

/** Controls tasks in all processes of a fleet, and follows the controls of the other processes. */
export class FleetControls {
  /** Called when the fleet has another schedule for a task. */
  onRescheduled: (record: TaskRecord, schedule: Readonly<Record<string, unknown>>) => void = () => {}
  readonly #kernelLoop: KernelLoop
  readonly #send: (control: FleetControl) => Promise<unknown>
  readonly #onUnsent: (text: string, error: unknown) => void
  readonly #guard: (what: string, call: () => void) => void
  /** The schedule that the code gives each task, in words. A reschedule counts until the code gives another one. */
  readonly #ofCode = new Map<string, string>()
  /** The newest control of each task that the fleet has not confirmed yet. */
  readonly #unconfirmed = new Map<string, FleetControl>()

  /**
   * @param onUnsent - called if `send` has failed
   * @param guard - calls a function, and catches its errors
   */
  constructor(
    kernelLoop: KernelLoop,
    send: (control: FleetControl) => Promise<unknown>,
    onUnsent: (text: string, error: unknown) => void,
    guard: (what: string, call: () => void) => void,
  ) {
    this.#kernelLoop = kernelLoop
    this.#send = send
    this.#onUnsent = onUnsent
    this.#guard = guard
  }

  /** Notes the schedule of a task that is armed. */
  onArmed({ info }: TaskRecord): void {
    this.#ofCode.set(info.name, info.schedule.text)
  }

  /** Controls the task in all processes. */
  ask(task: string, asked: Control): void {
    const { schedule } = asked
    const instead = schedule && { schedule: { ...schedule, instead: this.#ofCode.get(task) } }
    const control = { task, ...asked, ...instead } as FleetControl
    this.#unconfirmed.set(task, control)
    void this.#sendNow(control)
  }

  /** Sends the controls again that the fleet has not confirmed. */
  repeat(): void {
    for (const control of this.#unconfirmed.values()) void this.#sendNow(control)
  }

  async #sendNow(control: FleetControl): Promise<void> {
    const { task, action } = control
    try {
      await this.#send(control)
      if (this.#unconfirmed.get(task) === control) this.#unconfirmed.delete(task)
    } catch (error) {
      this.#onUnsent(`could not ${action} task '${task}' in the other processes`, error)
    }
  }

  /** Gives the task the schedule of the fleet, if it has a new one since `former`. */
  followSchedule(record: TaskRecord, { rescheduled }: FleetRecord, former: FleetRecord | undefined): void {
    const { name } = record.info
    const knownAt = former?.rescheduled?.at ?? 0
    if (rescheduled === undefined || rescheduled.at <= knownAt || this.#unconfirmed.has(name)) return
    if (rescheduled.schedule['instead'] === this.#ofCode.get(name))
      this.#guard('a reschedule', () => this.onRescheduled(record, rescheduled.schedule))
  }

  /** Pauses or resumes the task as the fleet says. */
  followPause({ info, state }: TaskRecord, { paused }: FleetRecord): void {
    const task = info.name
    if (this.#unconfirmed.has(task) || state.fleet?.isDisabled) return
    const until = paused?.until ?? Number.POSITIVE_INFINITY
    if (paused && until > this.#kernelLoop.clock.now()) {
      if (!state.paused || state.pausedUntil !== until)
        this.#kernelLoop.dispatch({ type: 'pause', task, reason: paused.reason, until })
    } else if (state.paused) this.#kernelLoop.dispatch({ type: 'resume', task })
  }
}
