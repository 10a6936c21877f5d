/** A token bucket. Callers pass the time, so it uses the same clock as the events. */
export class TokenBucket {
  readonly #size: number
  readonly #refillMs: number
  #tokens: number
  #refilledAt: number | undefined

  /** @param refillMs - time to regain one token */
  constructor(size: number, refillMs: number) {
    this.#size = size
    this.#refillMs = refillMs
    this.#tokens = size
  }

  /** Takes a token; returns `false` if none is left. @param reserve - how far below zero the bucket may go */
  take(at: number, reserve = 0): boolean {
    this.#refill(at)
    if (this.#tokens - 1 < -reserve) return false
    this.#tokens -= 1
    return true
  }

  /** Returns when the next token is available. */
  nextAt(at: number): number {
    this.#refill(at)
    return this.#tokens >= 1 ? at : (this.#refilledAt ?? at) + Math.ceil(1 - this.#tokens) * this.#refillMs
  }

  #refill(at: number): void {
    this.#refilledAt ??= at
    // If the wall clock goes back, the wait starts again, so that no token is given twice.
    if (at < this.#refilledAt) this.#refilledAt = at
    const tokens = Math.floor((at - this.#refilledAt) / this.#refillMs)
    if (tokens === 0) return
    this.#refilledAt += tokens * this.#refillMs
    this.#tokens = Math.min(this.#size, this.#tokens + tokens)
    if (this.#tokens === this.#size) this.#refilledAt = at
  }
}
