/** Number of error classes that are counted separately. */
const most = 20
/** Frequencies cover the current half hour and the one before. */
const halfMs = 1_800_000

/** The name under which the classes without their own count are counted. */
const otherClass = 'other'

interface Kept {
  count: number
  /** Errors of the current half hour. */
  now: number
  /** Errors of the half hour before. */
  before: number
  half: number
}

/**
 * Counts errors by class in bounded memory. Each of the most frequent classes of the last hour has its own count; all
 * others are counted as `other`. The sum of all counts is always the number of errors.
 *
 * When a class replaces a rarer one, its own count starts at 1: its earlier errors stay in `other`. The count of the
 * rarer class moves to `other`.
 */
export class ErrorClasses {
  readonly #kept = new Map<string, Kept>()
  /** Classes without a count, each with a lower bound of its errors in this half hour. */
  #waiting: Map<string, number> | undefined
  #waitingHalf = 0
  #other = 0

  /** Counts one error. `atMs` must not decrease from call to call. */
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

  /** Gives a class a count, if one is free or belongs to a rarer class. */
  #admit(name: string, half: number): boolean {
    const errors = this.#kept.size < most ? 1 : this.#wait(name, half)
    if (this.#kept.size >= most && !this.#evictBelow(errors, half)) return false
    this.#waiting?.delete(name)
    this.#kept.set(name, { count: 1, now: errors, before: 0, half })
    return true
  }

  /** Frees the count of the rarest class, if that class had fewer than `times` recent errors. */
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
   * Notes an error of a class without its own count. Returns how many of its errors are known. If too many classes
   * wait, the number of each is reduced by 1. So a frequent class gets a count even if many others occur once.
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
