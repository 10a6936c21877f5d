/**
 * Sends the calls of each task to the store one after the other. If a call fails, the calls of this task that wait
 * for it fail with the same error. If they were sent, an answer for a newer slot would hide that the older slot
 * failed.
 */
export class InOrder {
  readonly #newest = new Map<string, Promise<unknown>>()

  ask<Answer>(task: string, question: () => Promise<Answer>): Promise<Answer> {
    const before = this.#newest.get(task)
    const answer = before === undefined ? question() : before.then(question)
    this.#newest.set(task, answer)
    const forget = (): void => {
      if (this.#newest.get(task) === answer) this.#newest.delete(task)
    }
    answer.then(forget, forget)
    return answer
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#newest.values())
  }
}
