/** npm, tsx, nodemon and `node --watch` pass on a SIGINT that the process has already received. */
const firstEchoMs = 1_000
/** No person presses Ctrl-C twice that fast. */
const laterEchoMs = 250

export class Interrupts {
  #presses = 0
  #pressedAt = 0

  /** @returns the number of the press, from 1; `undefined` if this SIGINT belongs to the previous press. */
  next(mono: number): number | undefined {
    const echoMs = this.#presses === 1 ? firstEchoMs : laterEchoMs
    if (this.#presses > 0 && mono - this.#pressedAt <= echoMs) return undefined
    this.#presses += 1
    this.#pressedAt = mono
    return this.#presses
  }
}
