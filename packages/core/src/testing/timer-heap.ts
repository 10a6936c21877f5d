/** A timer of a {@link TimerHeap}, which maintains `place`. */
export interface Timed {
  readonly wakeAt: number
  /** Of timers that are due at the same time, the lowest fires first. */
  readonly order: number
  /** The index in the heap; -1 while it is not in the heap. */
  place: number
}

/** A binary heap of timers, the earliest first. */
export class TimerHeap<T extends Timed> {
  readonly #heap: T[] = []

  get size(): number {
    return this.#heap.length
  }

  get first(): T | undefined {
    return this.#heap[0]
  }

  add(timed: T): void {
    this.#heap.push(timed)
    this.#up(timed, this.#heap.length - 1)
  }

  /** Removes a timer. Does nothing if it is not in the heap. */
  remove(timed: T): void {
    const { place } = timed
    if (place < 0) return
    timed.place = -1
    const last = this.#heap.pop()
    if (last === undefined || last === timed) return
    this.#up(last, place)
    this.#down(last, last.place)
  }

  #up(timed: T, from: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || !isBefore(timed, parent)) break
      this.#put(parent, place)
      place = above
    }
    this.#put(timed, place)
  }

  #down(timed: T, from: number): void {
    let place = from
    for (;;) {
      const left = this.#heap[2 * place + 1]
      const right = this.#heap[2 * place + 2]
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left
      if (child === undefined || !isBefore(child, timed)) break
      const below = child.place
      this.#put(child, place)
      place = below
    }
    this.#put(timed, place)
  }

  #put(timed: T, place: number): void {
    this.#heap[place] = timed
    timed.place = place
  }
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.wakeAt < b.wakeAt || (a.wakeAt === b.wakeAt && a.order < b.order)
}
