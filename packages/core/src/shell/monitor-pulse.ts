import type { Clock } from '../base/clock.ts'

/** If the timer of the supervisor is late by at least this time, the timer is set again. */
export const overdueMs = 5_000

const missedTicks = 3

export class MonitorPulse {
  readonly #clock: Clock
  readonly #intervalMs: number
  #tickedAwake: number | undefined

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock
    this.#intervalMs = intervalMs
  }

  beat(): void {
    this.#tickedAwake = this.#clock.awake()
  }

  stop(): void {
    this.#tickedAwake = undefined
  }

  /**
   * True if the monitor has not ticked for three intervals and 5 s. Time in which the event loop was blocked does not
   * count.
   */
  get isDead(): boolean {
    if (this.#tickedAwake === undefined) return false
    return this.#clock.awake() - this.#tickedAwake > missedTicks * this.#intervalMs + overdueMs
  }
}
