import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from './adopted-tasks.ts'
import { taskName } from './names.ts'
import type { AdoptedJob, AdoptOptions } from './options.ts'

interface GroupOptions {
  readonly host: string
  readonly optionsOf: (job: AdoptedJob) => AdoptOptions
  readonly prefix?: string
  readonly isGone: () => boolean
}

/**
 * The tasks for one object of a host library, such as a client of discord.js. Each kind of work has one task, for
 * example each queue or each event. The task of a kind is registered when the kind is first used.
 */
export class TaskGroup {
  readonly #supervisor: Supervisor
  readonly #shared: GroupOptions
  /**
   * The job object is kept here. Without this reference it would be garbage-collected, and `adoptedTask` would let
   * another job take the name.
   */
  readonly #tasks = new Map<string, { readonly task: ExternalTask; readonly job: object }>()

  constructor(supervisor: Supervisor, shared: GroupOptions) {
    this.#supervisor = supervisor
    this.#shared = shared
  }

  /**
   * Returns the task of a kind. Returns `undefined` if the kind has no task yet and the supervisor has begun to stop.
   */
  of(kind: string): ExternalTask | undefined {
    const known = this.#tasks.get(kind)
    if (known) return known.task
    const { host, optionsOf, prefix = '', isGone } = this.#shared
    const about = { name: taskName(`${prefix}${kind}`) ?? (taskName(host) as string), schedule: undefined }
    const { name = about.name, ...rest } = optionsOf(about)
    const job = {}
    const task = adoptedTask(this.#supervisor, job, isGone, { ...rest, name, host })
    if (task) this.#tasks.set(kind, { task, job })
    return task
  }

  remove(kind: string): void {
    void this.#tasks.get(kind)?.task.hostRemoved()
    this.#tasks.delete(kind)
  }

  removeAll(): void {
    for (const kind of this.#tasks.keys()) this.remove(kind)
  }
}
