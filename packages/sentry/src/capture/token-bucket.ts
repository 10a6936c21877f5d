export class TokenBucket {
  readonly #size: number
  readonly #refillMs: number
  #tokens: number
  #refilledAt: number | undefined

  /** @param refillMs - the time after which one token is added */
  constructor(size: number, refillMs: number) {
    this.#size = size
    this.#refillMs = refillMs
    this.#tokens = size
  }

  /**
   * Takes a token. Returns `false` if no token is left. @param reserve - how far below 0 the number of tokens may go
   */
  take(at: number, reserve = 0): boolean {
    this.#refill(at)
    if (this.#tokens - 1 < -reserve) return false
    this.#tokens -= 1
    return true
  }

  #refill(at: number): void {
    this.#refilledAt ??= at
    // If the clock was set back, the wait for the next token begins again.
    if (at < this.#refilledAt) this.#refilledAt = at
    const tokens = Math.floor((at - this.#refilledAt) / this.#refillMs)
    if (tokens === 0) return
    this.#refilledAt += tokens * this.#refillMs
    this.#tokens = Math.min(this.#size, this.#tokens + tokens)
    if (this.#tokens === this.#size) this.#refilledAt = at
  }
}
