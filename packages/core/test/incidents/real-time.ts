import { SystemClock } from '../../src/base/clock.ts'

/**
 * The real clock of this process, with simulated suspends. A suspend moves wall time ahead and leaves monotonic time
 * unchanged, as on Linux and macOS.
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
