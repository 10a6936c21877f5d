interface Pending<Question, Answer> {
  readonly question: Question
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** More questions than this are sent in several calls. A larger call would block the store for other clients. */
const perCall = 500

/** Collects the questions of one turn of the event loop, and sends them together. */
export class Batch<Question, Answer> {
  readonly #send: (questions: readonly Question[]) => Promise<readonly Answer[]>
  readonly #order: ((one: Question, other: Question) => number) | undefined
  #pending: Pending<Question, Answer>[] = []

  /** @param send - resolves with the answers in the order of the questions */
  constructor(
    send: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    order?: (one: Question, other: Question) => number,
  ) {
    this.#send = send
    this.#order = order
  }

  /** Rejects if the call fails. The store may have executed the question even then. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ question, resolve, reject })
      if (this.#pending.length === 1) setImmediate(() => this.#sendAll())
    })
  }

  #sendAll(): void {
    const all = this.#pending
    this.#pending = []
    const order = this.#order
    if (order !== undefined) all.sort((one, other) => order(one.question, other.question))
    for (let from = 0; from < all.length; from += perCall)
      void this.#sendSome(all.slice(from, from + perCall))
  }

  async #sendSome(some: readonly Pending<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.#send(some.map(({ question }) => question))
      for (const [at, { resolve }] of some.entries()) resolve(answers[at] as Answer)
    } catch (error) {
      for (const { reject } of some) reject(error)
    }
  }
}
