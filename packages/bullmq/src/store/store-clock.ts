import type { FleetHost } from '@runwell/core/adapter'

/** The clocks of servers differ by less. */
const toleranceMs = 5_000
/** The clock of the store is read again after this time. */
const readEveryMs = 30_000
/** An answer that takes longer says too little. */
const slowestMs = 1_000

/** The wall clock of the store, read now and then: it tells when that of this process is wrong. */
export class StoreClock {
  readonly #clock: FleetHost['clock']
  /** Wall time of the store minus monotonic time; `undefined` until it is known. */
  #offset: number | undefined
  #readAt = Number.NEGATIVE_INFINITY

  constructor(clock: FleetHost['clock']) {
    this.#clock = clock
  }

  /** Wall time of the store, or that of this process as long as the store has not told it. */
  now(): number {
    return this.#offset === undefined ? this.#clock.now() : this.#clock.monotonic() + this.#offset
  }

  /** How far the wall clock of this process is ahead of the store, if that is more than clocks of servers differ; else 0. */
  wrongByMs(): number {
    const aheadMs = this.#clock.now() - this.now()
    return Math.abs(aheadMs) > toleranceMs ? aheadMs : 0
  }

  /** Whether the slot is due by the clock of the store, or nearly so. */
  isDue(slot: number): boolean {
    return slot <= this.now() + toleranceMs
  }

  /**
   * Reads the clock of the store, if that was long ago or if the clocks differ: monotonic time stands still while a machine sleeps.
   *
   * @param time - asks the store
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
