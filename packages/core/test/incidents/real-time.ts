import { SystemClock } from '../../src/base/clock.ts'

/** A simulated suspend moves wall time, but not monotonic time, as on Linux. */
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
