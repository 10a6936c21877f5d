interface Member {
  readonly seconds: number
}

interface Waiting {
  readonly member: Member
  readonly begin: () => void
}

/**
 * Only one benchmark measures at a time. They take turns, so that a slow minute of the machine affects only a few
 * rounds of each benchmark.
 */
export class Turns {
  readonly #waiting: Waiting[] = []
  readonly #usedMs = new Map<Member, number>()
  #isTaken = false

  usedMs(member: Member): number {
    return this.#usedMs.get(member) ?? 0
  }

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
      // This benchmark may request its next turn before another benchmark starts.
      setImmediate(() => this.#next())
    }
  }

  /**
   * The next turn goes to the benchmark that has used the smallest share of its expected time, so that all finish
   * together.
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
