import { DuplicateTaskError, WrongStateError } from '../base/errors.ts'
import { tell } from '../shell/emit.ts'
import type { Engine } from '../shell/kernel-loop.ts'
import type { Stock } from '../shell/task-counts.ts'
import { TaskEntry } from '../shell/task-record.ts'
import { refuseCycle } from '../shutdown/plan.ts'
import type { ResolvedTask } from '../task/resolved.ts'
import { Sharing } from '../task/sharing.ts'

/** The tasks by name, and how they come and go. */
export class Registry {
  readonly #engine: Engine
  readonly #stock: Stock
  readonly #sharing = new Sharing()
  readonly #isDisabled: (name: string) => boolean

  /** @param isDisabled - whether the environment says that a task should not run */
  constructor(engine: Engine, stock: Stock, isDisabled: (name: string) => boolean) {
    this.#engine = engine
    this.#stock = stock
    this.#isDisabled = isDisabled
  }

  /** @throws {@link DuplicateTaskError} {@link InvalidOptionError} {@link WrongStateError}; then nothing has changed. */
  add(options: ResolvedTask): TaskEntry {
    const { entries, kernel } = this.#engine
    const { name } = options.info
    if (kernel.phase === 'stopping' || kernel.phase === 'stopped') {
      throw new WrongStateError(`Task '${name}' can't be registered: the supervisor was stopped and is spent`)
    }
    const known = entries.get(name)
    if (known) throw new DuplicateTaskError(name, known.info.owner)
    const { priority, dependsOn } = options.config
    refuseCycle({ name, priority, dependsOn }, (other) => {
      const config = kernel.tasks.get(other)?.config
      return config && { name: other, priority: config.priority, dependsOn: config.dependsOn }
    })
    const entry = new TaskEntry(this.#sharing.share(options), options.run, this.#engine.now())
    entries.set(name, entry)
    entry.isRegistered = true
    this.#stock.add(entry)
    this.#engine.batch(() => {
      const at = this.#engine.clock.now()
      tell(this.#engine, entry, { type: 'task.registered', at, task: name, info: entry.info })
      // What others call runs whatever we say.
      if (entry.info.schedule.kind !== 'call' && this.#isDisabled(name)) this.#pause(entry, at)
      this.#engine.dispatch({ type: 'register', task: name, record: entry.state })
    })
    return entry
  }

  /** Before the kernel gets it: once it is armed its first run may have begun. */
  #pause(entry: TaskEntry, at: number): void {
    const { info, state } = entry
    const reason = 'disabled by the environment'
    state.paused = true
    entry.rare.pausedAt = at
    entry.rare.pauseReason = reason
    tell(this.#engine, entry, { type: 'task.paused', at, task: info.name, info, reason })
  }

  remove(entry: TaskEntry): void {
    const { entries, timers } = this.#engine
    if (!entry.isRegistered) return
    entry.isRegistered = false
    entries.delete(entry.info.name)
    this.#stock.remove(entry)
    timers.set(entry, Number.POSITIVE_INFINITY)
    if (entry.rulesAlarm) timers.set(entry.rulesAlarm, Number.POSITIVE_INFINITY)
    const { onGone } = entry.rarely
    if (onGone === undefined) return
    entry.rare.onGone = undefined
    for (const done of onGone) done()
  }
}
