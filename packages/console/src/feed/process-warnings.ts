import type { Finding } from '../api/types.ts'

const kept = 5

/**
 * The newest warnings that Runwell's packages emitted in this process, newest first. An exporter that cannot reach its
 * backend is known only from its warning: the observer itself does not fail.
 */
export class ProcessWarnings {
  readonly #now: () => number
  #newest: readonly Finding[] = []
  readonly #onWarning = ({ name, message }: Error): void => {
    if (name !== 'RunwellWarning') return
    const others = this.#newest.filter(({ text }) => text !== message)
    this.#newest = [{ text: message, at: this.#now(), task: undefined }, ...others].slice(0, kept)
  }

  constructor(now: () => number) {
    this.#now = now
    process.on('warning', this.#onWarning)
  }

  get newest(): readonly Finding[] {
    return this.#newest
  }

  close(): void {
    process.off('warning', this.#onWarning)
  }
}
