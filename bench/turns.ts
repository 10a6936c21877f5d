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
 * Lets benchmarks take turns, one measurement at a time. Other work on the same core can slow code down for minutes. If
 * the rounds of a benchmark are spread over ten minutes, it does not slow down all of them.
 */
export class Turns {
  readonly #waiting: Waiting[] = []
  readonly #usedMs = new Map<Member, number>()
  #isTaken = false

  /** For how many milliseconds a benchmark has measured so far. */
  usedMs(member: Member): number {
    return this.#usedMs.get(member) ?? 0
  }

  /** Does `work` alone, in a turn of `member`. */
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
      // Deferred, so that this benchmark can queue for its next turn before the next turn is given.
      setImmediate(() => this.#next())
    }
  }

  /**
   * The benchmark with the smallest share of finished work comes next, so that all benchmarks finish at about the same
   * time.
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
