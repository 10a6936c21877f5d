import { uptime } from 'node:os'
import { FakedTime, fakedBy, type TimerPromise } from './faked-time.ts'

/** A timer that can be cancelled. */
export interface ClockTimer {
  cancel(): void
  /** Whether it keeps the process alive. */
  setRef(ref: boolean): void
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
  /** Called when work waits for the next turn of the event loop. A clock that tests move must not move on before that turn. */
  awaitTurn?(): void
  /**
   * Calls `listener` soon after the event loop was blocked for more than 50 ms, with the monotonic time at which the loop was last
   * seen free, and how long no timer could fire. Returns a function that stops this.
   */
  watchBlocks(listener: (block: { readonly sinceMono: number; readonly ms: number }) => void): () => void
}

type BlockListener = Parameters<Clock['watchBlocks']>[0]

/** The event loop was blocked. */
export type LoopBlock = Parameters<BlockListener>[0]

/** How long a wall time is reused: it counts in milliseconds, and most steps take less. */
const wallLastsMs = 1

/** How often the event loop is probed, and how late a probe must be for the loop to count as blocked. */
const probeMs = 25
const blockMs = 50

/** The functions that arm and cancel timers, as they were when a timer was armed. Fake timers of a test replace both. */
interface TimerFunctions {
  readonly set: typeof setTimeout
  readonly clear: typeof clearTimeout
}

/** A timer of the process. If fake timers replace `setTimeout` while it waits, it can be moved to them. */
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

  /** Whether `setTimeout` is another function than when it was armed. */
  get isReplaced(): boolean {
    return this.#functions.set !== setTimeout
  }

  /** Arms it with the functions of now. */
  rearm(delayMs: number): void {
    this.cancel()
    this.#functions = { set: setTimeout, clear: clearTimeout }
    this.#timeout = setTimeout(this.#onFired, delayMs)
    if (!this.#ref) setTimerRef(this.#timeout, false)
  }
}

/** In an environment such as jsdom a timer is a number, which keeps no process alive. */
function setTimerRef(timer: unknown, ref: boolean): void {
  if (typeof timer !== 'object' || timer === null) return
  const { ref: keep, unref: release } = timer as Partial<NodeJS.Timeout>
  if (ref) keep?.call(timer as NodeJS.Timeout)
  else release?.call(timer as NodeJS.Timeout)
}

/** What the process had when this module was loaded. */
const loaded = { setTimeout, Date, now: performance.now }

const replaced =
  "[runwell] Timers were replaced after this supervisor had started, probably by a test's fake timers. Its schedules follow the new ones from now on. Install fake timers before you make the supervisor, or give it a clock of its own: new Supervisor({ clock: new VirtualClock() }), from '@runwell/core/testing'."

/**
 * The real time of this process. It probes the event loop only while `watchBlocks` has listeners, and the probe never keeps
 * the process alive. Fake timers of a test may also be of a kind that leaves `performance` or `Date` alone.
 */
export class SystemClock implements Clock {
  /** Node's global is a getter that costs more than the reading itself (decision 0015). */
  readonly #performance = performance
  /** Once a timer has fired long before its time. */
  #faked: FakedTime | undefined
  readonly #timers = new Map<SystemTimer, TimerPromise>()
  /** `setTimeout` when a timer was last armed or looked at. */
  #setTimeout = setTimeout
  /** Some timers may have been armed with another `setTimeout` than that of now. */
  #mustFollow = false
  #hasWarned = false
  #listeners: readonly BlockListener[] = []
  #probe: ReturnType<typeof setInterval> | undefined
  /** When the loop was last probed. */
  #probed: TimerPromise = { mono: 0, wall: 0, date: 0, ms: probeMs }
  /** Monotonic time minus awake time at the last probe: the time lost to blocks. */
  #lostMs = 0
  /** The last wall time that was read, and the monotonic time of that reading if it is known. */
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

  /** Only Linux counts suspends in its uptime and is not affected when the wall clock is set. */
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
    // A faked `Date` counts whole milliseconds, and a timer of a part of one would fire again and again before its time.
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
    // Fake timers move time in leaps, which block nothing.
    if (lateMs <= blockMs || this.#faked !== undefined) return
    this.#lostMs += lateMs - blockMs
    for (const listener of this.#listeners) listener({ sinceMono, ms: lateMs })
  }

  #promise(ms: number): TimerPromise {
    if (this.#faked === undefined && this.#isDateFakedAlone())
      this.#faked = new FakedTime(this.monotonic(), Date.now(), true)
    return { mono: this.monotonic(), wall: this.now(), date: Date.now(), ms }
  }

  /** Whether a test fakes timers and `Date`, but not this clock's `performance`. */
  #isDateFakedAlone(): boolean {
    return setTimeout !== loaded.setTimeout && Date !== loaded.Date && this.#performance.now === loaded.now
  }

  /** A timer has fired that was armed for this time. */
  #keep(promise: TimerPromise): void {
    if (this.#faked === undefined) this.#faked = fakedBy(promise, this.monotonic(), Date.now())
    else this.#faked.keep(promise, Date.now())
  }

  #noteTimers(): void {
    if (setTimeout === this.#setTimeout) return
    this.#setTimeout = setTimeout
    this.#mustFollow = true
  }

  /** Moves timers that were armed before fake timers were installed, or after they were removed. */
  #followTimers(): void {
    this.#noteTimers()
    // Looking at 20,000 timers at each probe takes 140 ms of CPU a second; with this check all probes take 11.
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
