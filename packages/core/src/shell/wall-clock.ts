import type { Clock } from '../base/clock.ts'
import type { Now } from '../base/now.ts'

/** A change of the wall clock that is not explained by the time that has passed. */
export interface ClockJump {
  /** How much further wall time moved than monotonic time; negative if the clock was set back. */
  readonly deltaMs: number
  /**
   * - `'gap'`: treated as if time had passed. The machine slept, or the clock was set by only a little.
   * - `'correction'`: treated as if no time had passed. The clock was set by more than that.
   */
  readonly treatedAs: 'gap' | 'correction'
  /** When the clock was last read before the jump, as the new wall clock would show that time. */
  readonly lookedAt: number
  /** By how much the clock was set. The rest of `deltaMs` is sleep. */
  readonly setMs: number
}

/** The wall clock has jumped if it moved by at least this much more or less than monotonic time. */
const jumpMs = 1_000

/** Setting the clock by this much or more is a correction. Debian's cron uses the same limit. */
const correctionMs = 3 * 3_600_000

/** The limit for setting the clock forward if the platform does not report sleep: longer than a night or a day off. */
const unknownCorrectionMs = 26 * 3_600_000

/** Compares the wall clock with monotonic time at each call, and returns how it jumped since the previous call. */
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
    // If the platform does not report sleep, a gap forward counts as sleep.
    const passedMs = sleptMs ?? (treatedAs === 'gap' && deltaMs > 0 ? deltaMs : 0)
    return { deltaMs, treatedAs, lookedAt, setMs: deltaMs - passedMs }
  }

  /** How long the machine has slept since the last call; `undefined` if the platform does not provide this. */
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
