/** Something that fires at a time. `place` is kept by {@link TimerHeap}. */
export interface Timed {
  readonly wakeAt: number
  /** Of those due at one time, the lowest fires first. */
  readonly order: number
  /** Its place in the heap; -1 while it is not there. */
  place: number
}

/** What is due next, among many, without looking at them all. */
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

  /** Takes it out; nothing happens if it is not there. */
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
