import { InvalidOptionError } from './errors.ts'
import { rescheduled } from './resolve-task.ts'
import type { Engine } from './run/engine.ts'
import type { TaskEntry } from './run/entry.ts'
import type { TriggerResult } from './run/live-run.ts'
import type { Schedule } from './schedule/schedule.ts'
import type { RestartRefusal, Trigger } from './task.ts'
import type { RestartResult, TaskHost } from './task-handle.ts'

/** Takes the calls on tasks to the kernel, and brings its answers back. */
export class TaskControl implements TaskHost {
  readonly #engine: Engine
  readonly #isStandby: (entry: TaskEntry) => boolean
  /** Who waits for the answer to a restart by hand, by ticket. */
  readonly restarts = new Map<number, (refused: RestartRefusal | undefined) => void>()
  #nextRestart = 1

  constructor(engine: Engine, isStandby: (entry: TaskEntry) => boolean) {
    this.#engine = engine
    this.#isStandby = isStandby
  }

  trigger(entry: TaskEntry, input: unknown, trigger: Trigger = 'manual'): Promise<TriggerResult> {
    return new Promise((resolve) => {
      const onOutcome = (outcome: TriggerResult): void => resolve(outcome)
      const ticket = this.#engine.ticket({ input, run: undefined, onStarted: undefined, onOutcome })
      const standby = this.#isStandby(entry)
      this.#engine.dispatch({ type: 'trigger', task: entry.info.name, trigger, ticket, standby })
    })
  }

  restart(entry: TaskEntry): Promise<RestartResult> {
    return new Promise((resolve) => {
      const ticket = this.#nextRestart
      this.#nextRestart += 1
      this.restarts.set(ticket, (reason) =>
        resolve(reason === undefined ? { restarted: true } : { restarted: false, reason }),
      )
      this.#engine.dispatch({
        type: 'restart',
        task: entry.info.name,
        cause: 'manual',
        ticket,
        progress: false,
      })
    })
  }

  /** @throws {@link InvalidOptionError} for what is no schedule, and for a change to or from a loop. */
  reschedule(entry: TaskEntry, schedule: Schedule): void {
    const { kind } = entry.info.schedule
    const isMovable = (other: string): boolean => other !== 'loop' && other !== 'call' && other !== 'spawn'
    if (typeof schedule !== 'object' || schedule === null || !('info' in schedule)) {
      throw new InvalidOptionError('schedule', 'a schedule such as every(…) or cron(…)', schedule)
    }
    if (!isMovable(kind) || !isMovable(schedule.info.kind)) {
      throw new InvalidOptionError(
        'schedule',
        `a schedule that a task of kind '${kind}' can change to`,
        schedule.info.text,
      )
    }
    const { info, config } = rescheduled(entry.info, entry.state.config, schedule)
    this.#engine.batch(() => {
      entry.info = info
      entry.schedule = schedule
      this.#engine.dispatch({ type: 'reschedule', task: info.name, config })
    })
  }

  unregister(entry: TaskEntry): Promise<void> {
    if (this.#engine.entries.get(entry.info.name) !== entry) return Promise.resolve()
    return new Promise((resolve) => {
      entry.onGone ??= []
      entry.onGone.push(resolve)
      this.#engine.dispatch({ type: 'unregister', task: entry.info.name })
    })
  }
}
