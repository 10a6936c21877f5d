import { uptime } from 'node:os'
import { FakedTime, fakedBy, type TimerPromise } from './faked-time.ts'

/** A timer that can be cancelled. */
export interface ClockTimer {
  cancel(): void
  /** Sets whether the timer keeps the process alive. */
  setRef(ref: boolean): void
}

/** Tells a supervisor the time and sets its timers. Tests pass a `VirtualClock`. */
export interface Clock {
  /**
   * Returns the wall time in milliseconds since 1970. Wall time may jump.
   * @param mono - the monotonic time, if it was just read. With it, this method is faster, but the result may be up
   * to 1 ms old.
   */
  now(mono?: number): number
  /** Returns the milliseconds since an arbitrary instant. This time never goes back. */
  monotonic(): number
  /**
   * Returns the milliseconds since the machine was booted, including the time in which it was suspended. Returns
   * `undefined` if the platform can't measure this.
   */
  sinceBoot?(): number | undefined
  /**
   * Returns the monotonic time without the time in which the event loop was blocked or the machine was suspended.
   * @param mono - the monotonic time, if it was just read
   */
  awake(mono?: number): number
  /**
   * Calls `callback` once, `delayMs` milliseconds from now. `delayMs` may be a fraction, and is at most 24.8 days.
   * The call may come up to 1 ms early.
   * @param ref - whether the timer keeps the process alive
   */
  timer(callback: () => void, delayMs: number, ref: boolean): ClockTimer
  /**
   * Called when the supervisor has work for the next turn of the event loop. A virtual clock must not move its time
   * before that turn.
   */
  awaitTurn?(): void
  /**
   * Calls `listener` soon after a block of the event loop has delayed a timer by more than 50 ms. Returns a function
   * that stops the calls.
   * @param listener - gets two values. `sinceMono` is the monotonic time at which the event loop was last known to be
   * free. `ms` is the time in which no timer could fire.
   */
  watchBlocks(listener: (block: { readonly sinceMono: number; readonly ms: number }) => void): () => void
}

type BlockListener = Parameters<Clock['watchBlocks']>[0]

export type LoopBlock = Parameters<BlockListener>[0]

/** `now(mono)` returns the same wall time for this long. `Date` has the same resolution. */
const wallLastsMs = 1

/**
 * A timer with this interval watches the event loop. If it fires more than `blockMs` late, the event loop was
 * blocked.
 */
const probeMs = 25
const blockMs = 50

/**
 * A timer must be cancelled with the `clearTimeout` that belongs to its `setTimeout`. Both are kept, because a test
 * may replace the global functions later.
 */
interface TimerFunctions {
  readonly set: typeof setTimeout
  readonly clear: typeof clearTimeout
}

// If a test replaces `setTimeout` while the timer waits, `rearm` sets the timer again with the new function.
class SystemTimer implements ClockTimer {
  readonly #onFired: () => void
  #functions: TimerFunctions
  #timeout: ReturnType<typeof setTimeout>
  #ref: boolean

  constructor(onFired: () => void, delayMs: number, ref: boolean) {
    this.#onFired = onFired
    this.#ref = ref
    this.#functions = { set: setTimeout, clear: clearTimeout }
    this.#timeout = setTimeout(onFired, delayMs)
    if (!ref) setTimerRef(this.#timeout, false)
  }

  cancel(): void {
    this.#functions.clear(this.#timeout)
  }

  setRef(ref: boolean): void {
    this.#ref = ref
    setTimerRef(this.#timeout, ref)
  }

  get isReplaced(): boolean {
    return this.#functions.set !== setTimeout
  }

  rearm(delayMs: number): void {
    this.cancel()
    this.#functions = { set: setTimeout, clear: clearTimeout }
    this.#timeout = setTimeout(this.#onFired, delayMs)
    if (!this.#ref) setTimerRef(this.#timeout, false)
  }
}

/** Does nothing in jsdom, where a timer is a number. */
function setTimerRef(timer: unknown, ref: boolean): void {
  if (typeof timer !== 'object' || timer === null) return
  const { ref: keep, unref: release } = timer as Partial<NodeJS.Timeout>
  if (ref) keep?.call(timer as NodeJS.Timeout)
  else release?.call(timer as NodeJS.Timeout)
}

/** The functions as they were when this module was loaded. A test may replace them later. */
const loaded = { setTimeout, Date, now: performance.now }

const replaced =
  "[runwell] Timers were replaced after this supervisor had started, probably by a test's fake timers. From now on, its schedules use the new timers. Install fake timers before you start the supervisor, or pass it a clock: new Supervisor({ clock: new VirtualClock() }), from '@runwell/core/testing'."

/** The real time of this process. It also follows the fake timers of a test. */
export class SystemClock implements Clock {
  /** The global `performance` of Node is a getter. Calling the getter takes longer than reading the time. */
  readonly #performance = performance
  #faked: FakedTime | undefined
  readonly #timers = new Map<SystemTimer, TimerPromise>()
  #setTimeout = setTimeout
  /** True if `setTimeout` was replaced. Waiting timers may then have to be set again with the new function. */
  #mustFollow = false
  #hasWarned = false
  #listeners: readonly BlockListener[] = []
  #probe: ReturnType<typeof setInterval> | undefined
  #probed: TimerPromise = { mono: 0, wall: 0, date: 0, ms: probeMs }
  #lostMs = 0
  #wall = 0
  #wallReadAt = Number.NEGATIVE_INFINITY

  now(mono?: number): number {
    if (this.#faked !== undefined) return this.#faked.wall(Date.now())
    if (mono !== undefined && mono - this.#wallReadAt < wallLastsMs) return this.#wall
    this.#wall = Date.now()
    if (mono !== undefined) this.#wallReadAt = mono
    return this.#wall
  }

  monotonic(): number {
    return this.#faked === undefined ? this.#performance.now() : this.#faked.monotonic(Date.now())
  }

  /**
   * `undefined` except on Linux. Also `undefined` under fake timers. The uptime of Linux includes suspends, and
   * setting the wall clock does not change it.
   */
  sinceBoot(): number | undefined {
    return this.#faked === undefined && process.platform === 'linux' ? uptime() * 1_000 : undefined
  }

  awake(mono: number = this.monotonic()): number {
    if (this.#probe === undefined || this.#faked !== undefined) return mono - this.#lostMs
    const probedAt = this.#probed.mono
    return probedAt - this.#lostMs + Math.min(mono - probedAt, probeMs + blockMs)
  }

  timer(callback: () => void, delayMs: number, ref: boolean): ClockTimer {
    this.#noteTimers()
    const ms = Math.max(0, delayMs)
    const promise = this.#promise(ms)
    // A fake `Date` has whole milliseconds only. A timer with a fraction of a millisecond would fire before `Date`
    // has reached the time at which the timer is due.
    const wholeMs = this.#faked === undefined ? ms : Math.ceil(ms)
    const timer = new SystemTimer(
      () => {
        this.#timers.delete(timer)
        this.#keep(promise)
        callback()
      },
      wholeMs,
      ref,
    )
    this.#timers.set(timer, promise)
    return {
      cancel: () => {
        this.#timers.delete(timer)
        timer.cancel()
      },
      setRef: (keep) => timer.setRef(keep),
    }
  }

  watchBlocks(listener: Parameters<Clock['watchBlocks']>[0]): () => void {
    this.#listeners = [...this.#listeners, listener]
    if (this.#probe === undefined) this.#startProbe()
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
      if (this.#listeners.length > 0 || this.#probe === undefined) return
      clearInterval(this.#probe)
      this.#probe = undefined
    }
  }

  #startProbe(): void {
    this.#probed = this.#promise(probeMs)
    this.#probe = setInterval(() => this.#onProbe(), probeMs)
    setTimerRef(this.#probe, false)
  }

  #onProbe(): void {
    this.#keep(this.#probed)
    const sinceMono = this.#probed.mono
    this.#probed = this.#promise(probeMs)
    const lateMs = this.#probed.mono - sinceMono - probeMs
    this.#followTimers()
    // Fake timers move the time in large steps. These steps are not blocks.
    if (lateMs <= blockMs || this.#faked !== undefined) return
    this.#lostMs += lateMs - blockMs
    for (const listener of this.#listeners) listener({ sinceMono, ms: lateMs })
  }

  #promise(ms: number): TimerPromise {
    if (this.#faked === undefined && this.#isDateFakedAlone())
      this.#faked = new FakedTime(this.monotonic(), Date.now(), true)
    return { mono: this.monotonic(), wall: this.now(), date: Date.now(), ms }
  }

  #isDateFakedAlone(): boolean {
    return setTimeout !== loaded.setTimeout && Date !== loaded.Date && this.#performance.now === loaded.now
  }

  /**
   * If a timer has fired more than 12 ms too early, the timers are fake. From then on, the clock follows the fake
   * time.
   */
  #keep(promise: TimerPromise): void {
    if (this.#faked === undefined) this.#faked = fakedBy(promise, this.monotonic(), Date.now())
    else this.#faked.keep(promise, Date.now())
  }

  #noteTimers(): void {
    if (setTimeout === this.#setTimeout) return
    this.#setTimeout = setTimeout
    this.#mustFollow = true
  }

  #followTimers(): void {
    this.#noteTimers()
    // Without this check, 20,000 timers would use 140 ms of CPU time a second instead of 11 ms.
    if (!this.#mustFollow) return
    this.#mustFollow = false
    const behind = [...this.#timers].filter(([timer]) => timer.isReplaced)
    if (behind.length === 0) return
    for (const [timer, { mono, ms }] of behind) timer.rearm(Math.max(0, mono + ms - this.monotonic()))
    clearInterval(this.#probe)
    this.#startProbe()
    if (this.#hasWarned) return
    this.#hasWarned = true
    // biome-ignore lint/suspicious/noConsole: no observer can receive it, because time stands still
    console.error(replaced)
  }
}
