/**
 * Asks the questions of each task one after the other. If a question fails, the waiting questions fail too. A later
 * answer would hide that the earlier slot failed.
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
