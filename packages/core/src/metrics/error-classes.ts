/** So many classes of errors are told apart. */
const most = 20
/** How often a class came is remembered for half an hour to an hour. */
const halfMs = 1_800_000

/** Stands for all classes that are not told apart. */
const otherClass = 'other'

interface Kept {
  count: number
  /** Of this half hour and of the one before. */
  now: number
  before: number
  half: number
}

/**
 * Errors counted by class. The most frequent of the last hour are told apart, the rest is `other`; the sum is that of
 * all. It stays small however many classes there are.
 *
 * A class that takes the place of a rarer one starts at its next error; what was counted of the rarer one goes to
 * `other`.
 */
export class ErrorClasses {
  readonly #kept = new Map<string, Kept>()
  /** Classes that are not kept, each with a lower bound of how often it came in this half hour. */
  #waiting: Map<string, number> | undefined
  #waitingHalf = 0
  #other = 0

  /** Counts one error. `atMs` never goes back. */
  add(name: string, atMs: number): void {
    const half = Math.floor(atMs / halfMs)
    const kept = name === otherClass ? undefined : this.#kept.get(name)
    if (kept) return count(kept, half)
    if (name === otherClass || !this.#admit(name, half)) this.#other += 1
  }

  /** Counts by class, `other` last. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const [name, { count: total }] of this.#kept) counts.set(name, total)
    if (this.#other > 0) counts.set(otherClass, this.#other)
    return counts
  }

  /** Gives a class a place, if there is a free one or that of a class that comes less often. */
  #admit(name: string, half: number): boolean {
    const seen = this.#kept.size < most ? 1 : this.#wait(name, half)
    if (this.#kept.size >= most && !this.#evictBelow(seen, half)) return false
    this.#waiting?.delete(name)
    this.#kept.set(name, { count: 1, now: seen, before: 0, half })
    return true
  }

  /** Makes a place free by giving up the rarest class, if it came less than `times`. */
  #evictBelow(times: number, half: number): boolean {
    let rarest: string | undefined
    let least = times
    for (const [name, kept] of this.#kept) {
      const frequency = frequencyOf(kept, half)
      if (frequency >= least) continue
      least = frequency
      rarest = name
    }
    if (rarest === undefined) return false
    this.#other += this.#kept.get(rarest)?.count ?? 0
    return this.#kept.delete(rarest)
  }

  /**
   * Counts a class that waits for a place. When there are too many of them each loses one: so a class that comes
   * often gets through however many others come once.
   */
  #wait(name: string, half: number): number {
    if (this.#waiting === undefined || half !== this.#waitingHalf) {
      this.#waiting = new Map()
      this.#waitingHalf = half
    }
    const waiting = this.#waiting
    const seen = (waiting.get(name) ?? 0) + 1
    if (seen > 1 || waiting.size < most) {
      waiting.set(name, seen)
      return seen
    }
    for (const [other, times] of waiting) {
      if (times === 1) waiting.delete(other)
      else waiting.set(other, times - 1)
    }
    return 1
  }
}

function count(kept: Kept, half: number): void {
  turn(kept, half)
  kept.count += 1
  kept.now += 1
}

function frequencyOf(kept: Kept, half: number): number {
  turn(kept, half)
  return kept.now + kept.before
}

function turn(kept: Kept, half: number): void {
  if (half === kept.half) return
  kept.before = half === kept.half + 1 ? kept.now : 0
  kept.now = 0
  kept.half = half
}
