/** A timer that was armed and can be taken back. */
export interface ClockTimer {
  cancel(): void
  /** Whether it keeps the process alive. */
  setRef(ref: boolean): void
}

/** The event loop was blocked. */
export interface LoopBlock {
  /** Monotonic time at which the loop was last seen free. */
  readonly sinceMono: number
  /** For so long no timer could fire. */
  readonly ms: number
}

/**
 * All the time that a supervisor knows. A test puts a `VirtualClock` in its place.
 */
export interface Clock {
  /**
   * Wall time in milliseconds since 1970. For people, cron and exporters; it may jump.
   * @param mono - a monotonic time just read, to save the reading: the answer may then be up to 1 ms old
   */
  now(mono?: number): number
  /** Milliseconds from an arbitrary origin that never go back. For durations and deadlines. */
  monotonic(): number
  /**
   * Monotonic time without the time for which the event loop was blocked or the machine slept. For "no sign of life since".
   * @param mono - a monotonic time just read, to save the reading
   */
  awake(mono?: number): number
  /** Calls `callback` once after `delayMs`, at most 24.8 days away. `delayMs` may be fractional; it may fire a little early. */
  timer(callback: () => void, delayMs: number, ref: boolean): ClockTimer
  /** Calls `listener` soon after each block of more than 50 ms is over. Returns the call that ends this. */
  watchBlocks(listener: (block: LoopBlock) => void): () => void
}

/** A wall time that was read is good for so long: it counts in milliseconds, and many a short step takes less. */
const wallLastsMs = 1

/** How often the loop is probed, and how late a probe has to be for the loop to count as blocked. */
const probeMs = 25
const blockMs = 50

/**
 * The real time of this process. Its probe runs only while somebody watches, and never keeps the process alive. A test
 * that fakes `performance` has to do so before it makes the clock.
 */
export class SystemClock implements Clock {
  /** Kept, since Node makes the global a getter: that costs a run more than the reading does. */
  readonly #performance = performance
  #listeners: readonly ((block: LoopBlock) => void)[] = []
  #probe: NodeJS.Timeout | undefined
  #probedAt = 0
  /** Awake time at `#probedAt`, as an offset to monotonic time: what was lost to blocks. */
  #lostMs = 0
  /** The wall time that was read last, and the monotonic time of that reading where it is known. */
  #wall = 0
  #wallReadAt = Number.NEGATIVE_INFINITY

  now(mono?: number): number {
    if (mono !== undefined && mono - this.#wallReadAt < wallLastsMs) return this.#wall
    this.#wall = Date.now()
    if (mono !== undefined) this.#wallReadAt = mono
    return this.#wall
  }

  monotonic(): number {
    return this.#performance.now()
  }

  awake(mono: number = this.monotonic()): number {
    if (this.#probe === undefined) return mono - this.#lostMs
    return this.#probedAt - this.#lostMs + Math.min(mono - this.#probedAt, probeMs + blockMs)
  }

  timer(callback: () => void, delayMs: number, ref: boolean): ClockTimer {
    const timeout = setTimeout(callback, Math.max(0, delayMs))
    if (!ref) timeout.unref()
    return {
      cancel: () => clearTimeout(timeout),
      setRef: (keep) => (keep ? timeout.ref() : timeout.unref()),
    }
  }

  watchBlocks(listener: (block: LoopBlock) => void): () => void {
    this.#listeners = [...this.#listeners, listener]
    if (this.#probe === undefined) {
      this.#probedAt = this.monotonic()
      this.#probe = setInterval(() => this.#onProbe(), probeMs).unref()
    }
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
      if (this.#listeners.length > 0 || this.#probe === undefined) return
      clearInterval(this.#probe)
      this.#probe = undefined
    }
  }

  #onProbe(): void {
    const mono = this.monotonic()
    const sinceMono = this.#probedAt
    const lateMs = mono - sinceMono - probeMs
    this.#probedAt = mono
    if (lateMs <= blockMs) return
    this.#lostMs += lateMs - blockMs
    for (const listener of this.#listeners) listener({ sinceMono, ms: lateMs })
  }
}
