import type { FleetHost } from '@runwell/core/adapter'

/**
 * The clock of this process may differ from the clock of the store by this time. Only a larger difference is
 * reported.
 */
const toleranceMs = 5_000
const readEveryMs = 30_000
/** If the store needs longer than this for its answer, the time in the answer is not used, because it is too old. */
const slowestMs = 1_000

/** Knows the wall time of the store, to notice that the clock of this process differs from it. */
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
   * difference is at most `toleranceMs`.
   */
  wrongByMs(): number {
    const aheadMs = this.#clock.now() - this.now()
    return Math.abs(aheadMs) > toleranceMs ? aheadMs : 0
  }

  /** True if the slot is due by the clock of the store, or will be due within `toleranceMs`. */
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
