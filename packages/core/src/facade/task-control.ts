import { deferred } from '../base/deferred.ts'
import { InvalidOptionError } from '../base/errors.ts'
import type { Now } from '../base/now.ts'
import type { RestartRefusal } from '../base/words.ts'
import type { Schedule } from '../schedule/schedule.ts'
import type { Engine } from '../shell/kernel-loop.ts'
import type { TicketAnswer } from '../shell/pending-request.ts'
import type { Planner } from '../shell/slot-planner.ts'
import type { TaskEntry } from '../shell/task-record.ts'
import { checkSchedule, rescheduled } from '../task/resolve.ts'
import type { RestartResult, TriggerResult } from '../task/task.ts'
import type { TaskHost } from './task-handle.ts'

/** Takes the calls on tasks to the kernel, and brings its answers back. */
export class TaskControl implements TaskHost {
  readonly #engine: Engine
  readonly #planner: Planner
  readonly #isStandby: (entry: TaskEntry) => boolean

  constructor(engine: Engine, planner: Planner, isStandby: (entry: TaskEntry) => boolean) {
    this.#engine = engine
    this.#planner = planner
    this.#isStandby = isStandby
  }

  now(): Now {
    return this.#engine.now()
  }

  successDueAt(entry: TaskEntry): number | undefined {
    return this.#planner.successDueAt(entry, this.now())
  }

  trigger(entry: TaskEntry, input: unknown): Promise<TriggerResult> {
    const reason = this.#refusal(entry)
    if (reason) return Promise.resolve({ started: false, reason })
    const { promise, resolve } = deferred<TriggerResult>()
    // The reasons that only a restart is refused for do not come up here.
    const onOutcome = resolve as (answer: TicketAnswer) => void
    const ticket = this.#engine.ticket({ input, run: undefined, onStarted: undefined, onOutcome })
    const standby = this.#isStandby(entry)
    const { name } = entry.info
    this.#engine.dispatch({ type: 'trigger', task: name, trigger: 'manual', ticket, standby })
    return promise
  }

  restart(entry: TaskEntry): Promise<RestartResult> {
    const reason = this.#refusal(entry)
    if (reason) return Promise.resolve({ restarted: false, reason })
    return new Promise((resolve) => {
      const onStarted = (): void => resolve({ restarted: true })
      const onOutcome = (answer: TicketAnswer): void => {
        if (!answer.started) resolve({ restarted: false, reason: answer.reason as RestartRefusal })
      }
      const ticket = this.#engine.ticket({ input: undefined, run: undefined, onStarted, onOutcome })
      const { name } = entry.info
      this.#engine.dispatch({ type: 'restart', task: name, cause: 'manual', ticket, progress: false })
    })
  }

  /** Why this handle can start nothing, whatever the state of its task. */
  #refusal(entry: TaskEntry): 'unregistered' | 'external' | undefined {
    const { kind } = entry.info.schedule
    if (!entry.isRegistered) return 'unregistered'
    return kind === 'call' || kind === 'spawn' ? 'external' : undefined
  }

  pause(entry: TaskEntry, reason: string | undefined): void {
    if (entry.isRegistered) this.#engine.dispatch({ type: 'pause', task: entry.info.name, reason })
  }

  resume(entry: TaskEntry): void {
    if (entry.isRegistered) this.#engine.dispatch({ type: 'resume', task: entry.info.name })
  }

  /** @throws {@link InvalidOptionError} for what is no schedule, and for a change to or from a loop. */
  reschedule(entry: TaskEntry, schedule: Schedule): void {
    const { kind } = entry.info.schedule
    const isMovable = (other: string): boolean => other !== 'loop' && other !== 'call' && other !== 'spawn'
    checkSchedule(schedule)
    if (!isMovable(kind) || !isMovable(schedule.info.kind)) {
      throw new InvalidOptionError(
        'schedule',
        `a schedule that a task of kind '${kind}' can change to`,
        schedule.info.text,
      )
    }
    if (!entry.isRegistered) return
    const { config, ...next } = rescheduled(entry.info, entry.state.config, entry.traits, schedule)
    entry.rare.reschedules ??= []
    entry.rare.reschedules.push(next)
    this.#engine.dispatch({ type: 'reschedule', task: entry.info.name, config })
  }

  unregister(entry: TaskEntry): Promise<void> {
    if (!entry.isRegistered) return Promise.resolve()
    return new Promise((resolve) => {
      entry.rare.onGone ??= []
      entry.rare.onGone.push(resolve)
      this.#engine.dispatch({ type: 'unregister', task: entry.info.name })
    })
  }
}
