import type { FleetHost } from '@runwell/core/adapter'

/** Smaller differences between two clocks are ignored, because they are usual between servers. */
const toleranceMs = 5_000
/** The clock of the store is read again after this time. */
const readEveryMs = 30_000
/** If the answer takes longer, the time in it is too inaccurate. */
const slowestMs = 1_000

/** The wall clock of the store, read from time to time. It shows when the clock of this process is wrong. */
export class StoreClock {
  readonly #clock: FleetHost['clock']
  /** Wall time of the store minus monotonic time; `undefined` until it is known. */
  #offset: number | undefined
  #readAt = Number.NEGATIVE_INFINITY

  constructor(clock: FleetHost['clock']) {
    this.#clock = clock
  }

  /** Wall time of the store. Until the store has reported it, the wall time of this process. */
  now(): number {
    return this.#offset === undefined ? this.#clock.now() : this.#clock.monotonic() + this.#offset
  }

  /** How far the wall clock of this process is ahead of the store, negative if behind; 0 for a small difference. */
  wrongByMs(): number {
    const aheadMs = this.#clock.now() - this.now()
    return Math.abs(aheadMs) > toleranceMs ? aheadMs : 0
  }

  /** Whether the slot is due by the clock of the store, or will be within `toleranceMs`. */
  isDue(slot: number): boolean {
    return slot <= this.now() + toleranceMs
  }

  /**
   * Reads the clock of the store if the last reading is old, or if the clocks seem to differ. They also seem to differ
   * after the machine was suspended, because monotonic time stops meanwhile. @param time - asks the store
   */
  async read(time: () => Promise<number | undefined>): Promise<void> {
    const askedAt = this.#clock.monotonic()
    if (askedAt - this.#readAt < readEveryMs && this.wrongByMs() === 0) return
    const wall = await time()
    const answeredAt = this.#clock.monotonic()
    if (wall === undefined || answeredAt - askedAt > slowestMs) return
    this.#offset = wall - (askedAt + answeredAt) / 2
    this.#readAt = answeredAt
  }
}
