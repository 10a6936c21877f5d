import type { ObserverClock } from '../src/base/clock.ts'

export class ManualClock implements ObserverClock {
  #now: number
  readonly #timers = new Set<{ dueAt: number; callback: () => void }>()

  constructor(now = Date.UTC(2026, 10, 24, 12)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  setTimer(callback: () => void, ms: number): () => void {
    const timer = { dueAt: this.#now + ms, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settled()
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.dueAt)
      next.callback()
      await settled()
    }
    this.#now = until
  }

  #next(until: number) {
    const due = [...this.#timers].filter(({ dueAt }) => dueAt <= until)
    return due.sort((a, b) => a.dueAt - b.dueAt)[0]
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
