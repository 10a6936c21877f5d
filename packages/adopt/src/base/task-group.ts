import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from './adopted-tasks.ts'
import { taskName } from './names.ts'
import { type AdoptEach, optionsOf } from './options.ts'

/** Options that the tasks of a group share. */
interface GroupOptions {
  /** The name of the host library. */
  readonly host: string
  readonly options: AdoptEach | undefined
  /** The prefix of the names of the tasks. @defaultValue none */
  readonly prefix?: string
  /** Whether the host library will never run anything again. */
  readonly isGone: () => boolean
}

/**
 * The tasks of a host library with several kinds of work, for example one for each queue. A kind gets its task when it
 * is first used.
 */
export class TaskGroup {
  readonly #supervisor: Supervisor
  readonly #shared: GroupOptions
  readonly #tasks = new Map<string, ExternalTask>()

  constructor(supervisor: Supervisor, shared: GroupOptions) {
    this.#supervisor = supervisor
    this.#shared = shared
  }

  /** The task of this kind of work. Once the supervisor has stopped, `undefined` for a new kind. */
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

  /** Called when the host library no longer does this kind of work. */
  remove(kind: string): void {
    void this.#tasks.get(kind)?.hostRemoved()
    this.#tasks.delete(kind)
  }

  removeAll(): void {
    for (const kind of this.#tasks.keys()) this.remove(kind)
  }
}
