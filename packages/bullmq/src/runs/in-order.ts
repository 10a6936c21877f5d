/**
 * Asks the store the questions about each task one after the other. Once a slot is decided, all older ones count as
 * decided. So if one question fails, the questions that wait behind it are not asked either: they get the same error.
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
