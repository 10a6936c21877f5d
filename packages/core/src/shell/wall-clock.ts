import type { Clock } from '../base/clock.ts'
import type { Now } from '../base/now.ts'

export interface ClockJump {
  /** By how many milliseconds wall time moved further than monotonic time. Negative if the clock was set back. */
  readonly deltaMs: number
  /**
   * - `'gap'`: the machine slept, or the clock was set by less than 3 h. A jump forward counts as passed time.
   * - `'correction'`: the clock was set by at least 3 h.
   *
   * If the platform does not report sleep, a jump forward of less than 26 h is a gap.
   */
  readonly treatedAs: 'gap' | 'correction'
  /** When the clock was last read before the jump. This time is converted to the new wall clock. */
  readonly lookedAt: number
  /** The part of `deltaMs` by which the clock was set. During the rest of `deltaMs`, the machine slept. */
  readonly setMs: number
}

const jumpMs = 1_000

/**
 * If the clock was set by at least this time, the jump is a correction. The cron daemon of Debian uses the same
 * limit.
 */
const correctionMs = 3 * 3_600_000

/**
 * If the platform does not report sleep, a jump forward is a correction only from this time on. A shorter jump is
 * probably sleep: a machine often sleeps for a night or a day.
 */
const unknownCorrectionMs = 26 * 3_600_000

/** Finds jumps of the wall clock by comparing wall time with monotonic time. */
export class WallClock {
  readonly #clock: Clock
  /** Wall time minus monotonic time. */
  #offset: number
  /** Time since boot minus monotonic time. This value grows while the machine sleeps. */
  #slept: number | undefined
  #lookedMono: number

  constructor(clock: Clock) {
    this.#clock = clock
    const mono = clock.monotonic()
    this.#offset = clock.now() - mono
    this.#slept = this.#readSlept(mono)
    this.#lookedMono = mono
  }

  look({ wall, mono }: Now): ClockJump | undefined {
    const deltaMs = wall - mono - this.#offset
    const lookedMono = this.#lookedMono
    this.#lookedMono = mono
    if (Math.abs(deltaMs) < jumpMs) return undefined
    this.#offset += deltaMs
    const sleptMs = this.#takeSlept(mono)
    const lookedAt = wall - (mono - lookedMono)
    const treatedAs = isCorrection(deltaMs, sleptMs) ? 'correction' : 'gap'
    // If the platform does not report sleep, the machine is assumed to have slept during the whole gap.
    const passedMs = sleptMs ?? (treatedAs === 'gap' && deltaMs > 0 ? deltaMs : 0)
    return { deltaMs, treatedAs, lookedAt, setMs: deltaMs - passedMs }
  }

  /**
   * Returns how long the machine has slept since the last call; `undefined` if the platform does not report sleep.
   */
  #takeSlept(mono: number): number | undefined {
    const before = this.#slept
    this.#slept = this.#readSlept(mono)
    return before === undefined || this.#slept === undefined ? undefined : this.#slept - before
  }

  #readSlept(mono: number): number | undefined {
    const sinceBoot = this.#clock.sinceBoot?.()
    return sinceBoot === undefined ? undefined : sinceBoot - mono
  }
}

function isCorrection(deltaMs: number, sleptMs: number | undefined): boolean {
  if (sleptMs === undefined) return deltaMs >= unknownCorrectionMs || deltaMs <= -correctionMs
  return Math.abs(deltaMs - sleptMs) >= correctionMs
}
