import type { Clock, ClockTimer } from '../base/clock.ts'

export interface Sleeper {
  /** Monotonic time; `Infinity` for no deadline. */
  wakeAt: number
  /** The index in the heap of {@link Timers}; -1 if the sleeper is not in the heap. */
  heapIndex: number
}

/**
 * While a deadline is set, or the process must stay alive, the timer fires at least this often. So a sleep of the
 * machine or a jump of the wall clock is noticed in time.
 */
const longestMs = 30_000

/** Keeps all deadlines in a heap and needs only one timer of the clock. */
export class Timers<S extends Sleeper> {
  readonly #clock: Clock
  readonly #onWake: () => void
  readonly #heap: S[] = []
  #timer: ClockTimer | undefined
  /** The deadline for which the timer is set. `#armedAt`: the time at which the timer should fire. */
  #wakesAt = Number.POSITIVE_INFINITY
  #armedAt = Number.POSITIVE_INFINITY
  #ref = false
  #isClosed = false

  constructor(clock: Clock, onWake: () => void) {
    this.#clock = clock
    this.#onWake = onWake
  }

  get armedAt(): number {
    return this.#armedAt
  }

  get size(): number {
    return this.#heap.length
  }

  set(sleeper: S, at: number): void {
    if (sleeper.heapIndex >= 0) {
      const earlier = at < sleeper.wakeAt
      if (at === Number.POSITIVE_INFINITY) this.#remove(sleeper)
      sleeper.wakeAt = at
      if (sleeper.heapIndex < 0) return
      return earlier ? this.#up(sleeper) : this.#down(sleeper)
    }
    sleeper.wakeAt = at
    if (at === Number.POSITIVE_INFINITY) return
    sleeper.heapIndex = this.#heap.length
    this.#heap.push(sleeper)
    this.#up(sleeper)
  }

  pop(mono: number): S | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.wakeAt > mono) return undefined
    this.#remove(first)
    first.wakeAt = Number.POSITIVE_INFINITY
    return first
  }

  /**
   * Sets the timer for the earliest deadline.
   * @param ref - whether the timer keeps the process alive
   */
  settle(ref: boolean): void {
    if (this.#isClosed) return
    const first = this.#heap[0]
    if (ref !== this.#ref) {
      this.#ref = ref
      this.#timer?.setRef(ref)
    }
    if (first === undefined && !ref) return this.cancel()
    const at = first?.wakeAt ?? Number.POSITIVE_INFINITY
    // An overdue timer is not set again, because repeated calls could delay the timer forever.
    if (this.#timer !== undefined && this.#wakesAt <= at) return
    this.#arm(at)
  }

  #arm(wakeAt: number): void {
    const mono = this.#clock.monotonic()
    this.#timer?.cancel()
    this.#wakesAt = Math.min(wakeAt, mono + longestMs)
    this.#armedAt = Math.max(mono, this.#wakesAt)
    this.#timer = this.#clock.timer(this.#onTimer, this.#armedAt - mono, this.#ref)
  }

  readonly #onTimer = (): void => {
    this.#forget()
    this.#onWake()
  }

  cancel(): void {
    this.#timer?.cancel()
    this.#forget()
  }

  #forget(): void {
    this.#timer = undefined
    this.#wakesAt = Number.POSITIVE_INFINITY
    this.#armedAt = Number.POSITIVE_INFINITY
  }

  close(): void {
    this.#isClosed = true
    this.cancel()
  }

  #remove(sleeper: S): void {
    const last = this.#heap.pop()
    const { heapIndex } = sleeper
    sleeper.heapIndex = -1
    if (last === undefined || last === sleeper) return
    const earlier = last.wakeAt < sleeper.wakeAt
    this.#heap[heapIndex] = last
    last.heapIndex = heapIndex
    if (earlier) this.#up(last)
    else this.#down(last)
  }

  #up(sleeper: S): void {
    const heap = this.#heap
    let { heapIndex } = sleeper
    while (heapIndex > 0) {
      const above = (heapIndex - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || parent.wakeAt <= sleeper.wakeAt) break
      heap[heapIndex] = parent
      parent.heapIndex = heapIndex
      heapIndex = above
    }
    heap[heapIndex] = sleeper
    sleeper.heapIndex = heapIndex
  }

  #down(sleeper: S): void {
    const heap = this.#heap
    let { heapIndex } = sleeper
    for (;;) {
      const left = 2 * heapIndex + 1
      const right = left + 1
      let below = left
      const a = heap[left]
      const b = heap[right]
      if (a === undefined) break
      if (b !== undefined && b.wakeAt < a.wakeAt) below = right
      const child = below === left ? a : b
      if (child === undefined || child.wakeAt >= sleeper.wakeAt) break
      heap[heapIndex] = child
      child.heapIndex = heapIndex
      heapIndex = below
    }
    heap[heapIndex] = sleeper
    sleeper.heapIndex = heapIndex
  }
}
