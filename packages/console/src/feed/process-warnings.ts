import type { Finding } from '../api/types.ts'

const kept = 5

/** All consoles share one listener, because Node warns of a leak if there are more than ten listeners. */
const receivers = new Set<(message: string) => void>()

function onWarning({ name, message }: Error): void {
  if (name !== 'RunwellWarning') return
  for (const receive of receivers) receive(message)
}

/** The newest process warnings of Runwell, for example that an exporter cannot reach its backend. */
export class ProcessWarnings {
  #newest: readonly Finding[] = []
  readonly #receive: (message: string) => void

  constructor(now: () => number, onChanged: () => void) {
    this.#receive = (message) => {
      const others = this.#newest.filter(({ text }) => text !== message)
      this.#newest = [{ text: message, at: now(), task: undefined }, ...others].slice(0, kept)
      onChanged()
    }
    if (receivers.size === 0) process.on('warning', onWarning)
    receivers.add(this.#receive)
  }

  get newest(): readonly Finding[] {
    return this.#newest
  }

  close(): void {
    receivers.delete(this.#receive)
    if (receivers.size === 0) process.off('warning', onWarning)
  }
}
