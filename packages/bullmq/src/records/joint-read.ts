/** The next call. */
interface Next {
  readonly names: Set<string>
  readonly done: Promise<void>
}

/** Collects the fields that are requested in one turn of the event loop, and reads them in one call. */
export class JointRead {
  readonly #readAll: (names: readonly string[]) => Promise<unknown>
  #next: Next | undefined

  constructor(readAll: (names: readonly string[]) => Promise<unknown>) {
    this.#readAll = readAll
  }

  /** Resolves once the field was read. */
  read(name: string): Promise<void> {
    this.#next ??= this.#begin()
    this.#next.names.add(name)
    return this.#next.done
  }

  #begin(): Next {
    const names = new Set<string>()
    const done = new Promise(setImmediate).then(async () => {
      this.#next = undefined
      await this.#readAll([...names])
    })
    return { names, done }
  }
}
