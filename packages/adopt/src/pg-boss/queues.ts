import type { ExternalTask, Supervisor } from '@runwell/core'
import { adoptedTask } from '../base/adopted-tasks.ts'
import { taskName } from '../base/names.ts'
import { type AdoptEach, optionsOf } from '../base/options.ts'
import type { BossJobLike, BossLike } from './boss-like.ts'

type Handler = (jobs: readonly BossJobLike[], ...rest: unknown[]) => unknown

/** The queues that pg-boss works on, each with a task. `work` and `offWork` take the places of its own. */
export class Queues {
  readonly #supervisor: Supervisor
  readonly #boss: BossLike
  readonly #options: AdoptEach | undefined
  readonly #isGone: () => boolean
  readonly #tasks = new Map<string, ExternalTask>()

  constructor(supervisor: Supervisor, boss: BossLike, options: AdoptEach | undefined, isGone: () => boolean) {
    this.#supervisor = supervisor
    this.#boss = boss
    this.#options = options
    this.#isGone = isGone
  }

  readonly work = (queue: string, ...args: unknown[]): Promise<string> => {
    const handler = args.at(-1)
    const task = typeof handler === 'function' ? this.#taskOf(queue) : undefined
    // Without a handler pg-boss says what is wrong.
    if (task === undefined) return this.#boss.work(queue, ...(args as never[]))
    const call: Handler = function (this: unknown, jobs, ...rest) {
      const signal = jobs[0]?.signal
      return task.run(({ annotate }) => {
        annotate({ 'job.id': jobs.map(({ id }) => id).join(' '), 'job.count': String(jobs.length) })
        return Reflect.apply(handler as Handler, this, [jobs, ...rest])
      }, signal && { signal })
    }
    return this.#boss.work(queue, ...([...args.slice(0, -1), call] as never[]))
  }

  readonly offWork = async (queue: unknown, ...args: unknown[]): Promise<void> => {
    await this.#boss.offWork(queue as never, ...(args as never[]))
    if (typeof queue === 'string') this.#remove(queue)
  }

  removeAll(): void {
    for (const queue of this.#tasks.keys()) this.#remove(queue)
  }

  #remove(queue: string): void {
    void this.#tasks.get(queue)?.hostRemoved()
    this.#tasks.delete(queue)
  }

  #taskOf(queue: string): ExternalTask | undefined {
    const known = this.#tasks.get(queue)
    if (known) return known
    const given = optionsOf(this.#options, { name: queue, schedule: undefined })
    const { name = taskName(queue) ?? 'pg-boss', ...rest } = given
    const task = adoptedTask(this.#supervisor, {}, this.#isGone, { ...rest, name, host: 'pg-boss' })
    if (task) this.#tasks.set(queue, task)
    return task
  }
}
