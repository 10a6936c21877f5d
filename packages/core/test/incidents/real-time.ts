import { SystemClock } from '../../src/base/clock.ts'

/**
 * The clock of this process with simulated suspends: as on Linux and macOS, wall time jumps ahead of monotonic time.
 * Everything else is real.
 */
export class RealTime extends SystemClock {
  #sleptMs = 0

  override now(): number {
    return super.now() + this.#sleptMs
  }

  override sinceBoot(): number | undefined {
    const sinceBoot = super.sinceBoot()
    return sinceBoot === undefined ? undefined : sinceBoot + this.#sleptMs
  }

  suspend(ms: number): void {
    this.#sleptMs += ms
  }
}
