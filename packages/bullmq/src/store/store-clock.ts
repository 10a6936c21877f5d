import type { FleetHost } from '@runwell/core/adapter'

/** Smaller differences between two clocks are normal, so they are ignored. */
const toleranceMs = 5_000
const readEveryMs = 30_000
/** If the answer takes longer than this, the time in it is not exact enough. */
const slowestMs = 1_000

/** The wall clock of the store, to detect a wrong clock of this process. */
export class StoreClock {
  readonly #clock: FleetHost['clock']
  /** Wall time of the store minus monotonic time. */
  #offset: number | undefined
  #readAt = Number.NEGATIVE_INFINITY

  constructor(clock: FleetHost['clock']) {
    this.#clock = clock
  }

  /** Wall time of the store. Until the first answer, wall time of this process. */
  now(): number {
    return this.#offset === undefined ? this.#clock.now() : this.#clock.monotonic() + this.#offset
  }

  /**
   * How far the clock of this process is ahead of the clock of the store. Negative if it is behind. 0 if the
   * difference is small.
   */
  wrongByMs(): number {
    const aheadMs = this.#clock.now() - this.now()
    return Math.abs(aheadMs) > toleranceMs ? aheadMs : 0
  }

  /** True if the slot is due by the clock of the store, within `toleranceMs`. */
  isDue(slot: number): boolean {
    return slot <= this.now() + toleranceMs
  }

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
