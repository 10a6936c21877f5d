/**
 * npm, tsx, nodemon and `node --watch` send each SIGINT a second time. A SIGINT within this time after the first
 * press of Ctrl-C is ignored.
 */
const firstEchoMs = 1_000
/**
 * From the second press on, a SIGINT within this time after a press is ignored. A person cannot press Ctrl-C again so
 * soon.
 */
const laterEchoMs = 250

export class Interrupts {
  #presses = 0
  #pressedAt = 0

  /** @returns how often Ctrl-C was pressed; `undefined` if this SIGINT belongs to the previous press. */
  next(mono: number): number | undefined {
    const echoMs = this.#presses === 1 ? firstEchoMs : laterEchoMs
    if (this.#presses > 0 && mono - this.#pressedAt <= echoMs) return undefined
    this.#presses += 1
    this.#pressedAt = mono
    return this.#presses
  }
}
