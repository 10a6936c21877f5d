import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from './adopted-tasks.ts'
import { taskName } from './names.ts'
import { type AdoptEach, optionsOf } from './options.ts'

interface GroupOptions {
  /** The name of the host library. */
  readonly host: string
  readonly options: AdoptEach | undefined
  /** Added before the name of each task. @defaultValue nothing */
  readonly prefix?: string
  /** Returns whether the host library will never run anything again. */
  readonly isGone: () => boolean
}

/**
 * The tasks of one host library that does several kinds of work. For example, each queue is a kind and has a task. `of`
 * registers the task of a kind when the kind is first used.
 */
export class TaskGroup {
  readonly #supervisor: Supervisor
  readonly #shared: GroupOptions
  readonly #tasks = new Map<string, ExternalTask>()

  constructor(supervisor: Supervisor, shared: GroupOptions) {
    this.#supervisor = supervisor
    this.#shared = shared
  }

  /** Returns the task of a kind. `undefined` if the supervisor has stopped before the kind was first used. */
  of(kind: string): ExternalTask | undefined {
    const known = this.#tasks.get(kind)
    if (known) return known
    const { host, options, prefix = '', isGone } = this.#shared
    const job = { name: taskName(`${prefix}${kind}`) ?? (taskName(host) as string), schedule: undefined }
    const { name = job.name, ...rest } = optionsOf(options, job)
    const task = adoptedTask(this.#supervisor, {}, isGone, { ...rest, name, host })
    if (task) this.#tasks.set(kind, task)
    return task
  }

  /** Unregisters the task of a kind. Call this when the host library no longer does this kind of work. */
  remove(kind: string): void {
    void this.#tasks.get(kind)?.hostRemoved()
    this.#tasks.delete(kind)
  }

  removeAll(): void {
    for (const kind of this.#tasks.keys()) this.remove(kind)
  }
}
