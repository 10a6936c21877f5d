import type { FleetControl, FleetRecord, FleetSchedule } from '../fleet/fleet.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { TaskRecord } from './task-record.ts'

interface Control extends Pick<FleetControl, 'action' | 'by' | 'reason'> {
  readonly until?: number | undefined
  readonly schedule?: FleetSchedule
}

/** Shares pauses, resumes and reschedules with the other processes of a fleet. */
export class FleetControls {
  onRescheduled: (record: TaskRecord, schedule: Readonly<Record<string, unknown>>) => void = () => {}
  readonly #kernelLoop: KernelLoop
  readonly #send: (control: FleetControl) => Promise<unknown>
  readonly #onUnsent: (text: string, error: unknown) => void
  readonly #guard: (what: string, call: () => void) => void
  /** For each task name: the text of the schedule in the code. */
  readonly #ofCode = new Map<string, string>()
  /**
   * For each task name: the newest control that still has no confirmation by the fleet. Until then, this process
   * ignores what other processes say about the task: it may be older.
   */
  readonly #unconfirmed = new Map<string, FleetControl>()

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

  onArmed({ info }: TaskRecord): void {
    this.#ofCode.set(info.name, info.schedule.text)
  }

  ask(task: string, asked: Control): void {
    const { schedule } = asked
    const instead = schedule && { schedule: { ...schedule, instead: this.#ofCode.get(task) } }
    const control = { task, ...asked, ...instead } as FleetControl
    this.#unconfirmed.set(task, control)
    void this.#sendNow(control)
  }

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

  /**
   * Applies a reschedule by another process. `instead` is the schedule that the code had at that time. If the code
   * has another schedule now, the reschedule is ignored.
   */
  followSchedule(record: TaskRecord, { rescheduled }: FleetRecord, former: FleetRecord | undefined): void {
    const { name } = record.info
    const knownAt = former?.rescheduled?.at ?? 0
    if (rescheduled === undefined || rescheduled.at <= knownAt || this.#unconfirmed.has(name)) return
    if (rescheduled.schedule['instead'] === this.#ofCode.get(name))
      this.#guard('a reschedule', () => this.onRescheduled(record, rescheduled.schedule))
  }

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
