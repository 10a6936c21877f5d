/**
 * Stores only a hash of 64 bits for each key. With ten million keys, two of them collide with a probability of about
 * 1 in 370,000.
 */
export class Visited {
  #low = new Int32Array(1 << 16)
  #high = new Int32Array(1 << 16)
  #size = 0

  get size(): number {
    return this.#size
  }

  add(key: string): boolean {
    if (this.#size * 10 > this.#low.length * 6) this.#grow()
    let low = 0x2545_f491
    let high = 0x1b87_3593
    for (let i = 0; i < key.length; i += 1) {
      const code = key.charCodeAt(i)
      low = Math.imul(low ^ code, 0x9e37_79b1)
      low ^= low >>> 15
      high = Math.imul(high + code, 0x85eb_ca77)
      high = (high << 13) | (high >>> 19)
    }
    low = finish(low ^ key.length)
    high = finish(high)
    if (low === 0 && high === 0) low = 1
    return this.#put(low, high)
  }

  #put(low: number, high: number): boolean {
    const lows = this.#low
    const highs = this.#high
    const mask = lows.length - 1
    let at = (low ^ (high >>> 7)) & mask
    while (lows[at] !== 0 || highs[at] !== 0) {
      if (lows[at] === low && highs[at] === high) return false
      at = (at + 1) & mask
    }
    lows[at] = low
    highs[at] = high
    this.#size += 1
    return true
  }

  #grow(): void {
    const lows = this.#low
    const highs = this.#high
    this.#low = new Int32Array(lows.length * 2)
    this.#high = new Int32Array(highs.length * 2)
    this.#size = 0
    for (const [at, low] of lows.entries()) {
      const high = highs[at] ?? 0
      if (low !== 0 || high !== 0) this.#put(low, high)
    }
  }
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x7feb_352d)
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b)
  return h ^ (h >>> 16)
}
