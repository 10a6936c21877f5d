import { SystemClock } from '../../src/base/clock.ts'

/**
 * The clock of this process, after the machine has slept: on Linux and macOS wall time then is ahead by what monotonic
 * time has not seen. All else is real.
 */
export class RealTime extends SystemClock {
  #sleptMs = 0

  override now(): number {
    return super.now() + this.#sleptMs
  }

  suspend(ms: number): void {
    this.#sleptMs += ms
  }
}
