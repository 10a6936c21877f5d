/** One press of Ctrl-C is often received twice: npm, tsx, nodemon and `node --watch` pass it on to a process that has it already. */
const firstEchoMs = 1_000
/** From the second press on, only what comes as soon as a program can send it is taken for the same press. */
const laterEchoMs = 250

/** Counts how often a person has pressed Ctrl-C. */
export class Interrupts {
  #presses = 0
  #pressedAt = 0

  /** @returns the number of the press that this SIGINT is; `undefined` if it is the last press again. */
  next(mono: number): number | undefined {
    const echoMs = this.#presses === 1 ? firstEchoMs : laterEchoMs
    if (this.#presses > 0 && mono - this.#pressedAt <= echoMs) return undefined
    this.#presses += 1
    this.#pressedAt = mono
    return this.#presses
  }
}
