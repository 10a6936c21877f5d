/**
 * Sends the offers and accounts of each task to the store one after the other. If one fails, those behind it fail with
 * the same error and are not sent. Otherwise a later slot could be decided, and the failed slot would then be taken for
 * decided, too.
 */
export class InOrder {
  /** The newest question of each task that has no answer yet. */
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

  /** Resolves when all questions have an answer or an error. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#newest.values())
  }
}
