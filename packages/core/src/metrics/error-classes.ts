/** The most classes that have their own count. */
const most = 20
/** Classes are compared by their errors in this half hour and the half hour before. */
const halfMs = 1_800_000

const otherClass = 'other'

interface Kept {
  count: number
  /** Errors in the half hour `half`, and in the half hour before. */
  now: number
  before: number
  /** The number of the half hour, counted from time 0. */
  half: number
}

/**
 * Counts errors by class in limited memory: 20 frequent classes, and all others together as `other`. When a
 * class takes the place of a rarer class, its earlier errors stay in `other`.
 */
export class ErrorClasses {
  readonly #kept = new Map<string, Kept>()
  /** Errors in this half hour of classes without their own count. */
  #waiting: Map<string, number> | undefined
  #waitingHalf = 0
  #other = 0

  /** @param atMs - must not decrease from call to call */
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
   * Counts an error of a class without its own count. If 20 others wait already, each of them loses one error
   * instead, which keeps the map small.
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
