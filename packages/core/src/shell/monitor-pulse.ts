import type { Clock } from '../base/clock.ts'

/** `Monitor` sets the supervisor's timer again when the timer is overdue by this much. */
export const overdueMs = 5_000

/** The monitor counts as dead when it has not ticked for this many intervals plus `overdueMs`. */
const missedTicks = 3

/**
 * Records when the monitor ticked last. Separate from `Monitor` to avoid a cycle: liveness reads this class, and the
 * monitor reads liveness at each tick.
 */
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

  /** Called when the monitor stops with the supervisor. A stopped monitor does not count as dead. */
  stop(): void {
    this.#tickedAwake = undefined
  }

  /** Whether the monitor has stopped ticking although the event loop was not blocked. */
  get isDead(): boolean {
    if (this.#tickedAwake === undefined) return false
    return this.#clock.awake() - this.#tickedAwake > missedTicks * this.#intervalMs + overdueMs
  }
}
