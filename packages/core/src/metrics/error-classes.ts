/** How many error classes have their own count. */
const most = 20
/** Half an hour. The rarest class is the class with the fewest errors in the current and the previous half hour. */
const halfMs = 1_800_000

const otherClass = 'other'

interface Kept {
  count: number
  /** `now`: the errors in the half hour with the number `half`. `before`: the errors in the half hour before it. */
  now: number
  before: number
  /** Half hours are numbered from time 0. */
  half: number
}

/**
 * Counts errors by class, in limited memory. 20 frequent classes have their own count. The errors of all other
 * classes are counted together as `other`.
 *
 * A class that has become more frequent takes the place of the rarest of the 20 classes.
 */
export class ErrorClasses {
  readonly #kept = new Map<string, Kept>()
  /**
   * The errors in the current half hour of at most 20 classes without their own count. The numbers can be too low,
   * see `#wait`.
   */
  #waiting: Map<string, number> | undefined
  #waitingHalf = 0
  #other = 0

  /** @param atMs - never earlier than in the previous call */
  add(name: string, atMs: number): void {
    const half = Math.floor(atMs / halfMs)
    const kept = name === otherClass ? undefined : this.#kept.get(name)
    if (kept) return count(kept, half)
    if (name === otherClass || !this.#admit(name, half)) this.#other += 1
  }

  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const [name, { count: total }] of this.#kept) counts.set(name, total)
    if (this.#other > 0) counts.set(otherClass, this.#other)
    return counts
  }

  #admit(name: string, half: number): boolean {
    const errors = this.#kept.size < most ? 1 : this.#wait(name, half)
    if (this.#kept.size >= most && !this.#evictBelow(errors, half)) return false
    this.#waiting?.delete(name)
    this.#kept.set(name, { count: 1, now: errors, before: 0, half })
    return true
  }

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
   * Counts an error of a class without its own count. If the map is full, the error is not stored: each class in the
   * map loses one error instead.
   */
  #wait(name: string, half: number): number {
    if (this.#waiting === undefined || half !== this.#waitingHalf) {
      this.#waiting = new Map()
      this.#waitingHalf = half
    }
    const waiting = this.#waiting
    const errors = (waiting.get(name) ?? 0) + 1
    if (errors > 1 || waiting.size < most) {
      waiting.set(name, errors)
      return errors
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
