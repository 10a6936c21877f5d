interface Answer {
  readonly what: string
  state: 'open' | 'settled' | 'rejected'
}

export class Answers {
  readonly #all: Answer[] = []

  keep(what: string, promise: Promise<unknown>): void {
    const answer: Answer = { what, state: 'open' }
    this.#all.push(answer)
    const note = (state: 'settled' | 'rejected') => (): void => {
      answer.state = state
    }
    void promise.then(note('settled'), note('rejected'))
  }

  isOpen(what: string): boolean {
    return this.#all.some((answer) => answer.what === what && answer.state === 'open')
  }

  get missing(): readonly string[] {
    return this.#all.filter(({ state }) => state !== 'settled').map(({ what, state }) => `${what} ${state}`)
  }
}
