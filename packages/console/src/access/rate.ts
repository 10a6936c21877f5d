import { Refusal } from './refusal.ts'

const perSecond = 10

/** Allows ten requests per second for all viewers together. */
export class WriteLimit {
  #second = 0
  #count = 0

  check(nowMs = Date.now()): void {
    const second = Math.floor(nowMs / 1_000)
    if (second !== this.#second) this.#count = 0
    this.#second = second
    this.#count += 1
    if (this.#count <= perSecond) return
    throw new Refusal(429, `More than ${perSecond} writes in a second.`, 'Try again in a second.', {
      'retry-after': '1',
    })
  }
}
