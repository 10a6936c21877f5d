/** A token bucket that is told the time, so that it follows whatever clock its events come from. */
export class Bucket {
  readonly #size: number
  readonly #refillMs: number
  #tokens: number
  #refilledAt: number | undefined

  /** @param refillMs - one token comes back in this time */
  constructor(size: number, refillMs: number) {
    this.#size = size
    this.#refillMs = refillMs
    this.#tokens = size
  }

  /** Takes a token. @param reserve - how far below zero it may go, for what must not be held back */
  take(at: number, reserve = 0): boolean {
    this.#refill(at)
    if (this.#tokens - 1 < -reserve) return false
    this.#tokens -= 1
    return true
  }

  /** When the next token will be there, for a caller that was refused at `at`. */
  nextAt(at: number): number {
    this.#refill(at)
    return this.#tokens >= 1 ? at : (this.#refilledAt ?? at) + Math.ceil(1 - this.#tokens) * this.#refillMs
  }

  #refill(at: number): void {
    this.#refilledAt ??= at
    // A wall clock may go back: then the wait starts afresh, and no token is given twice.
    if (at < this.#refilledAt) this.#refilledAt = at
    const tokens = Math.floor((at - this.#refilledAt) / this.#refillMs)
    if (tokens === 0) return
    this.#refilledAt += tokens * this.#refillMs
    this.#tokens = Math.min(this.#size, this.#tokens + tokens)
    if (this.#tokens === this.#size) this.#refilledAt = at
  }
}
