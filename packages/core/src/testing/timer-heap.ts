export interface Timed {
  readonly wakeAt: number
  /** If several timers are due at the same time, the timer with the lowest `order` fires first. */
  readonly order: number
  /** The index in the heap; -1 while the timer is not in the heap. */
  heapIndex: number
}

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

  remove(timed: T): void {
    const { heapIndex } = timed
    if (heapIndex < 0) return
    timed.heapIndex = -1
    const last = this.#heap.pop()
    if (last === undefined || last === timed) return
    this.#up(last, heapIndex)
    this.#down(last, last.heapIndex)
  }

  #up(timed: T, from: number): void {
    let heapIndex = from
    while (heapIndex > 0) {
      const above = (heapIndex - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || !isBefore(timed, parent)) break
      this.#put(parent, heapIndex)
      heapIndex = above
    }
    this.#put(timed, heapIndex)
  }

  #down(timed: T, from: number): void {
    let heapIndex = from
    for (;;) {
      const left = this.#heap[2 * heapIndex + 1]
      const right = this.#heap[2 * heapIndex + 2]
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left
      if (child === undefined || !isBefore(child, timed)) break
      const below = child.heapIndex
      this.#put(child, heapIndex)
      heapIndex = below
    }
    this.#put(timed, heapIndex)
  }

  #put(timed: T, heapIndex: number): void {
    this.#heap[heapIndex] = timed
    timed.heapIndex = heapIndex
  }
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.wakeAt < b.wakeAt || (a.wakeAt === b.wakeAt && a.order < b.order)
}
