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
   * Returns the wall time in milliseconds since 1970, for people, cron and exporters. Wall time may jump.
   * @param mono - a monotonic time that the caller has just read. With it, the clock may return a wall time that it
   * read up to 1 ms ago, which is faster.
   */
  now(mono?: number): number
  /** Returns the milliseconds since an arbitrary instant, for durations and deadlines. This time never goes back. */
  monotonic(): number
  /**
   * Returns the milliseconds since the machine booted, including the time in which it was suspended. Returns
   * `undefined` if the platform does not provide this time. After a jump of the wall clock, the supervisor learns from
   * it whether the machine was suspended or somebody set the clock.
   */
  sinceBoot?(): number | undefined
  /**
   * Returns the monotonic time without the time in which the event loop was blocked or the machine was suspended.
   * Health rules measure ages in this time.
   * @param mono - a monotonic time that the caller has just read. Without it, the clock reads the time itself.
   */
  awake(mono?: number): number
  /**
   * Calls `callback` once after `delayMs`, which may be a fraction, and is at most 24.8 days. The timer may fire up to
   * 1 ms early.
   * @param ref - whether the timer keeps the process alive
   */
  timer(callback: () => void, delayMs: number, ref: boolean): ClockTimer
  /**
   * The supervisor calls this when it has work for the next turn of the event loop. A clock that a test moves must not
   * move on before that turn.
   */
  awaitTurn?(): void
  /**
   * Calls `listener` soon after the event loop was blocked for more than 50 ms. `sinceMono` is the last monotonic time
   * at which the loop was known to be free. `ms` is how long no timer could fire. Returns a function that stops the
   * calls.
   */
  watchBlocks(listener: (block: { readonly sinceMono: number; readonly ms: number }) => void): () => void
}

type BlockListener = Parameters<Clock['watchBlocks']>[0]

export type LoopBlock = Parameters<BlockListener>[0]

/** How long `now(mono)` returns the wall time that it read before. `Date` has the same resolution. */
const wallLastsMs = 1

/** A probe timer fires every `probeMs`. If it fires more than `blockMs` late, the event loop was blocked. */
const probeMs = 25
const blockMs = 50

/**
 * `setTimeout` and `clearTimeout` as they were when a timer was armed. Fake timers may replace both later. A timer must
 * be cancelled with the `clearTimeout` that belongs to its `setTimeout`.
 */
interface TimerFunctions {
  readonly set: typeof setTimeout
  readonly clear: typeof clearTimeout
}

/** A timer of Node. If a test replaces `setTimeout` while the timer waits, `rearm` moves it to the new function. */
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

  /** Whether `setTimeout` has been replaced since the timer was armed. */
  get isReplaced(): boolean {
    return this.#functions.set !== setTimeout
  }

  /** Cancels the timer and arms it again with the current `setTimeout`. */
  rearm(delayMs: number): void {
    this.cancel()
    this.#functions = { set: setTimeout, clear: clearTimeout }
    this.#timeout = setTimeout(this.#onFired, delayMs)
    if (!this.#ref) setTimerRef(this.#timeout, false)
  }
}

/** Sets whether a timer keeps the process alive. Does nothing if the timer is a number, as in jsdom. */
function setTimerRef(timer: unknown, ref: boolean): void {
  if (typeof timer !== 'object' || timer === null) return
  const { ref: keep, unref: release } = timer as Partial<NodeJS.Timeout>
  if (ref) keep?.call(timer as NodeJS.Timeout)
  else release?.call(timer as NodeJS.Timeout)
}

/** The global functions when this module was loaded. While a test fakes one of them, it differs from the global one. */
const loaded = { setTimeout, Date, now: performance.now }

const replaced =
  "[runwell] Timers were replaced after this supervisor had started, probably by a test's fake timers. Its schedules follow the new ones from now on. Install fake timers before you make the supervisor, or give it a clock of its own: new Supervisor({ clock: new VirtualClock() }), from '@runwell/core/testing'."

/**
 * The real time of this process. It checks the event loop for blocks only while `watchBlocks` has listeners. The timer
 * of these checks never keeps the process alive. The clock also works with fake timers, even with those that do not
 * replace `performance` or `Date`.
 */
export class SystemClock implements Clock {
  /** Node's global `performance` is a getter. Calling it costs more than reading the time (decision 0015). */
  readonly #performance = performance
  /** Set once the clock notices fake timers, for instance because a timer has fired long before its time. */
  #faked: FakedTime | undefined
  readonly #timers = new Map<SystemTimer, TimerPromise>()
  /** The global `setTimeout` when a timer was last armed or checked. */
  #setTimeout = setTimeout
  /** Whether `setTimeout` has changed, so that some timers may have to be armed again. */
  #mustFollow = false
  #hasWarned = false
  #listeners: readonly BlockListener[] = []
  #probe: ReturnType<typeof setInterval> | undefined
  /** When the probe timer last fired or was started. */
  #probed: TimerPromise = { mono: 0, wall: 0, date: 0, ms: probeMs }
  /** Monotonic time minus awake time when the probe timer last fired. Each block adds its length minus `blockMs`. */
  #lostMs = 0
  /** The last wall time that was read. `#wallReadAt` is the monotonic time of the last reading that passed `mono`. */
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

  /** On Linux, the uptime includes the time of a suspend, and setting the wall clock does not change it. */
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
    // A faked `Date` has whole milliseconds only, so a timer with a fractional delay would fire before it is due.
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
    // Fake timers move the time in large steps, which would look like blocks.
    if (lateMs <= blockMs || this.#faked !== undefined) return
    this.#lostMs += lateMs - blockMs
    for (const listener of this.#listeners) listener({ sinceMono, ms: lateMs })
  }

  #promise(ms: number): TimerPromise {
    if (this.#faked === undefined && this.#isDateFakedAlone())
      this.#faked = new FakedTime(this.monotonic(), Date.now(), true)
    return { mono: this.monotonic(), wall: this.now(), date: Date.now(), ms }
  }

  /** Whether a test fakes timers and `Date`, but not the `performance` that this clock reads. */
  #isDateFakedAlone(): boolean {
    return setTimeout !== loaded.setTimeout && Date !== loaded.Date && this.#performance.now === loaded.now
  }

  /**
   * Called when a timer has fired. If it fired long before its time, the timers are fake, and the clock follows their
   * time from then on. `promise` says when the timer was armed, and for how long.
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

  /** Arms those timers again that were armed before fake timers were installed or removed. */
  #followTimers(): void {
    this.#noteTimers()
    // With 20,000 timers, checking each one at each probe costs 140 ms of CPU a second. This check reduces it to 11 ms.
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
