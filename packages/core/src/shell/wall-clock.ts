import type { Clock } from '../base/clock.ts'
import type { Now } from '../base/now.ts'

/** How the wall clock moved other than by the passing of time. */
export interface ClockJump {
  /** How much further wall time moved than monotonic time; negative if the clock was set back. */
  readonly deltaMs: number
  /**
   * - `'gap'`: the machine slept, or the clock was set by so little that it does not matter which. Time passed.
   * - `'correction'`: somebody set the clock, so no time passed.
   */
  readonly treatedAs: 'gap' | 'correction'
  /** The time of the last look before the jump, by the new wall clock. */
  readonly lookedAt: number
  /** The part of `deltaMs` in which no time passed. The rest is sleep. */
  readonly setMs: number
}

/** The wall clock has jumped if it moved by this much more than monotonic time. */
const jumpMs = 1_000

/** Setting the clock by this much or more is a correction. Debian's cron uses the same limit. */
const correctionMs = 3 * 3_600_000

/** The limit where it is unknown whether the machine slept: longer than a night or a day off. */
const unknownCorrectionMs = 26 * 3_600_000

/** Compares the wall clock with monotonic time at each look, and says how it jumped since the one before. */
export class WallClock {
  readonly #clock: Clock
  /** Wall time minus monotonic time. */
  #offset: number
  /** Time since boot minus monotonic time: how long the machine has slept. */
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
    // Where the platform does not tell, a gap forward counts as a sleep.
    const passedMs = sleptMs ?? (treatedAs === 'gap' && deltaMs > 0 ? deltaMs : 0)
    return { deltaMs, treatedAs, lookedAt, setMs: deltaMs - passedMs }
  }

  /** How long the machine has slept since the last call; `undefined` if the platform does not tell. */
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
