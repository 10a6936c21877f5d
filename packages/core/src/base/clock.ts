import { uptime } from 'node:os'

/** A timer that can be cancelled. */
export interface ClockTimer {
  cancel(): void
  /** Whether it keeps the process alive. */
  setRef(ref: boolean): void
}

/** The event loop was blocked. */
export interface LoopBlock {
  /** Monotonic time at which the loop was last seen free. */
  readonly sinceMono: number
  /** How long no timer could fire, in milliseconds. */
  readonly ms: number
}

/** The only source of time of a supervisor. Tests use a `VirtualClock` instead. */
export interface Clock {
  /**
   * Wall time in milliseconds since 1970. For people, cron and exporters; it may jump.
   * @param mono - a monotonic time that was just read; with it the result may be up to 1 ms old
   */
  now(mono?: number): number
  /** Milliseconds since an arbitrary origin. Never goes back. For durations and deadlines. */
  monotonic(): number
  /**
   * Milliseconds since the machine booted, including the time in which it was suspended; `undefined` where the platform
   * does not tell. It shows whether the wall clock moved because the machine slept or because somebody set it. A clock
   * without this method never tells.
   */
  sinceBoot?(): number | undefined
  /**
   * Monotonic time without the time in which the event loop was blocked or the machine was suspended. Health rules measure
   * ages in it.
   * @param mono - a monotonic time that was just read, which saves a reading
   */
  awake(mono?: number): number
  /**
   * Calls `callback` once after `delayMs`, which may be fractional and at most 24.8 days. The timer may fire up to 1 ms early.
   * @param ref - whether the timer keeps the process alive
   */
  timer(callback: () => void, delayMs: number, ref: boolean): ClockTimer
  /** Calls `listener` soon after the event loop was blocked for more than 50 ms. Returns a function that stops this. */
  watchBlocks(listener: (block: LoopBlock) => void): () => void
}

/** How long a wall time is reused: it counts in milliseconds, and most steps take less. */
const wallLastsMs = 1

/** How often the event loop is probed, and how late a probe must be for the loop to count as blocked. */
const probeMs = 25
const blockMs = 50

/**
 * The real time of this process. It probes the event loop only while `watchBlocks` has listeners, and the probe never keeps
 * the process alive. A test that fakes `performance` must do so before it creates the clock.
 */
export class SystemClock implements Clock {
  /** Node's global is a getter that costs more than the reading itself (decision 0015). */
  readonly #performance = performance
  #listeners: readonly ((block: LoopBlock) => void)[] = []
  #probe: NodeJS.Timeout | undefined
  #probedAt = 0
  /** Monotonic time minus awake time at `#probedAt`: the time lost to blocks. */
  #lostMs = 0
  /** The last wall time that was read, and the monotonic time of that reading if it is known. */
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

  /** Only Linux counts suspends in its uptime and is not affected when the wall clock is set. */
  sinceBoot(): number | undefined {
    return process.platform === 'linux' ? uptime() * 1_000 : undefined
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
