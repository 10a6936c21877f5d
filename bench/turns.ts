/** A benchmark that takes turns with others. */
interface Member {
  /** About how long all its turns take together. */
  readonly seconds: number
}

interface Waiting {
  readonly member: Member
  readonly begin: () => void
}

/**
 * Lets benchmarks take turns, one measurement at a time. Other work on the same core can slow code down for minutes.
 * The turns spread the rounds of a benchmark over a longer time, so that only some rounds are slow.
 */
export class Turns {
  readonly #waiting: Waiting[] = []
  readonly #usedMs = new Map<Member, number>()
  #isTaken = false

  /** For how many milliseconds a benchmark has measured so far. */
  usedMs(member: Member): number {
    return this.#usedMs.get(member) ?? 0
  }

  /** Waits for a turn of `member`, and then does `work` while no other benchmark measures. */
  async take<T>(member: Member, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ member, begin })
      this.#next()
    })
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.#usedMs.set(member, this.usedMs(member) + performance.now() - began)
      this.#isTaken = false
      // Waits for one turn of the event loop, so that this benchmark can ask for its next turn before another one
      // starts.
      setImmediate(() => this.#next())
    }
  }

  /**
   * Starts the next waiting measurement, unless one is active. It belongs to the benchmark with the smallest finished
   * share of its work, so that all benchmarks finish at about the same time.
   */
  #next(): void {
    if (this.#isTaken || this.#waiting.length === 0) return
    const share = ({ member }: Waiting) => this.usedMs(member) / member.seconds
    const next = this.#waiting.reduce((first, other) => (share(other) < share(first) ? other : first))
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    this.#isTaken = true
    next.begin()
  }
}
