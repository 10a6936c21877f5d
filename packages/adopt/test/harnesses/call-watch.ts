import { eventually } from '../gate/eventually.ts'

type Job = (this: unknown, ...args: unknown[]) => unknown

export class CallWatch {
  #begun = 0
  readonly #live = new Set<number>()

  watch(job: Job): Job {
    const watch = this
    return async function (this: unknown, ...args) {
      watch.#begun += 1
      const call = watch.#begun
      watch.#live.add(call)
      try {
        return await job.apply(this, args)
      } finally {
        watch.#live.delete(call)
      }
    }
  }

  /** @param isOver - whether the host has recorded the end of the call */
  async next(begin: () => unknown, isOver: () => unknown = () => true): Promise<void> {
    const call = this.#begun + 1
    await begin()
    await eventually(() => this.#begun >= call)
    await new Promise(setImmediate)
    if (!this.#live.has(call)) await eventually(isOver)
  }
}
