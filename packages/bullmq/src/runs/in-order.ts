/**
 * Asks the questions of each task one by one. After a failure, the waiting questions fail too: a later answer
 * would hide the failed slot.
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
