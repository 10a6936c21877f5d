import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from './adopted-tasks.ts'
import { taskName } from './names.ts'
import { type AdoptEach, optionsOf } from './options.ts'

interface GroupOptions {
  readonly host: string
  readonly options: AdoptEach | undefined
  readonly prefix?: string
  readonly isGone: () => boolean
}

/**
 * The tasks of one host library: one task for each kind of work, such as a queue. The task of a kind is registered
 * when the kind is first used.
 */
export class TaskGroup {
  readonly #supervisor: Supervisor
  readonly #shared: GroupOptions
  readonly #tasks = new Map<string, ExternalTask>()

  constructor(supervisor: Supervisor, shared: GroupOptions) {
    this.#supervisor = supervisor
    this.#shared = shared
  }

  /** Returns the task of a kind. Returns `undefined` if the supervisor has stopped and the kind has no task yet. */
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

  remove(kind: string): void {
    void this.#tasks.get(kind)?.hostRemoved()
    this.#tasks.delete(kind)
  }

  removeAll(): void {
    for (const kind of this.#tasks.keys()) this.remove(kind)
  }
}
