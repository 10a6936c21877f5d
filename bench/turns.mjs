/**
 * Lets benchmarks take turns, one measurement at a time. A neighbour on the same core makes code slower for minutes: what
 * is measured here and there over ten of them has quiet ones among its rounds, whichever they are.
 */
export class Turns {
  #waiting = []
  #usedMs = new Map()
  #isTaken = false

  /** For how long a benchmark has had its turn. */
  usedMs(benchmark) {
    return this.#usedMs.get(benchmark) ?? 0
  }

  /** Has `work` done alone, in a turn of `benchmark`. */
  async take(benchmark, work) {
    await new Promise((begin) => {
      this.#waiting.push({ benchmark, begin })
      this.#next()
    })
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.#usedMs.set(benchmark, this.usedMs(benchmark) + performance.now() - began)
      this.#isTaken = false
      // Not at once: whoever had its turn is to wait for its next one among the others.
      setImmediate(() => this.#next())
    }
  }

  /** Those who are least far with what they need come first, so that all are done at about the same time. */
  #next() {
    if (this.#isTaken || this.#waiting.length === 0) return
    const part = ({ benchmark }) => this.usedMs(benchmark) / benchmark.seconds
    const next = this.#waiting.reduce((first, other) => (part(other) < part(first) ? other : first))
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    this.#isTaken = true
    next.begin()
  }
}
