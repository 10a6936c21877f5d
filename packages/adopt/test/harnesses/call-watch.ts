import { eventually } from '../gate/eventually.ts'

type Job = (this: unknown, ...args: unknown[]) => unknown

/** Tracks which calls of a job have begun, and which of them have ended. Calls may overlap. */
export class CallWatch {
  #begun = 0
  readonly #live = new Set<number>()

  /** Returns a function that calls `job` and records when each call begins and ends. */
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

  /**
   * Lets the host begin one call, and waits until the call has begun. If the call ends at once, also waits until
   * `isOver` returns true. @param isOver - whether the host has recorded the end of the call
   */
  async next(begin: () => unknown, isOver: () => unknown = () => true): Promise<void> {
    const call = this.#begun + 1
    await begin()
    await eventually(() => this.#begun >= call)
    await new Promise(setImmediate)
    if (!this.#live.has(call)) await eventually(isOver)
  }
}
