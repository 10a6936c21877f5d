import type { Clock, ClockTimer, Stall } from '../clock.ts'

interface Sleeper {
  readonly callback: () => void
  wakeAt: number
  readonly order: number
}

/** Code that arms timer after timer for "now" would hang the test. */
const mostAtOnce = 100_000

/** Options of a {@link VirtualClock}. */
export interface VirtualClockOptions {
  /** Wall time at the start: a date text, or milliseconds since 1970. @defaultValue `'2026-01-01T00:00:00Z'` */
  readonly startAt?: string | number | undefined
}

/**
 * Time that stands still until a test moves it: with it a day of a supervisor takes no time.
 *
 * Between two timers everything that the first one started settles, as far as it needs no real time.
 */
export class VirtualClock implements Clock {
  readonly #sleepers: Sleeper[] = []
  #wall: number
  #mono = 0
  #lostMs = 0
  #order = 0
  #firedAt = Number.NaN
  #firedHere = 0
  #watchers: readonly ((stall: Stall) => void)[] = []

  constructor(options: VirtualClockOptions = {}) {
    const { startAt = '2026-01-01T00:00:00Z' } = options
    this.#wall = typeof startAt === 'number' ? startAt : Date.parse(startAt)
    if (Number.isNaN(this.#wall)) throw new RangeError(`Expected \`startAt\` to be a date, got '${startAt}'`)
  }

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#mono
  }

  loop(mono: number = this.#mono): number {
    return mono - this.#lostMs
  }

  timer(callback: () => void, delayMs: number, _ref?: boolean): ClockTimer {
    const sleeper: Sleeper = { callback, wakeAt: this.#mono + Math.max(0, delayMs), order: this.#order }
    this.#order += 1
    this.#sleepers.push(sleeper)
    return {
      cancel: () => {
        const at = this.#sleepers.indexOf(sleeper)
        if (at >= 0) this.#sleepers.splice(at, 1)
      },
      setRef: () => {},
    }
  }

  watchStalls(listener: (stall: Stall) => void): () => void {
    this.#watchers = [...this.#watchers, listener]
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== listener)
    }
  }

  /** How many timers are armed. */
  get pending(): number {
    return this.#sleepers.length
  }

  /** In how many milliseconds the earliest timer is due; `undefined` if none is armed. */
  get nextInMs(): number | undefined {
    const next = this.#earliest()
    return next && Math.max(0, next.wakeAt - this.#mono)
  }

  /**
   * Moves time forward by `ms`. Timers fire in the order in which they are due, and what each of them starts settles
   * before the next one fires.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`Expected \`ms\` to be 0 or more, got ${ms}`)
    const until = this.#mono + ms
    await settle()
    for (let next = this.#earliest(); next && next.wakeAt <= until; next = this.#earliest()) {
      this.#moveTo(next.wakeAt)
      this.#fire(next)
      await settle()
    }
    this.#moveTo(until)
  }

  /**
   * Lets time jump from timer to timer until `condition` holds.
   * @throws {@link Error} when no timer is left, or `limitMs` have passed.
   */
  async advanceUntil(condition: () => boolean, limitMs: number = 86_400_000): Promise<void> {
    const until = this.#mono + limitMs
    await settle()
    while (!condition()) {
      const next = this.#earliest()
      if (!next || next.wakeAt > until)
        throw new Error(`The condition did not come to hold within ${limitMs} ms`)
      this.#moveTo(next.wakeAt)
      this.#fire(next)
      await settle()
    }
  }

  /** Lets everything settle that needs no time. */
  settle(): Promise<void> {
    return settle()
  }

  /** The wall clock is set by `ms`, forward or back; monotonic time goes on as if nothing had been. */
  jump(ms: number): void {
    this.#wall += ms
  }

  /** The machine sleeps for `ms`: the wall clock goes on, monotonic time stands still. */
  suspend(ms: number): void {
    this.#wall += ms
  }

  /** The event loop is held for `ms`: time passes, and no timer fires until it is over. */
  stall(ms: number): void {
    const sinceMono = this.#mono
    this.#moveTo(this.#mono + ms)
    if (ms <= 50) return
    this.#lostMs += ms - 50
    for (const watcher of this.#watchers) watcher({ sinceMono, ms })
  }

  #moveTo(mono: number): void {
    if (mono <= this.#mono) return
    this.#wall += mono - this.#mono
    this.#mono = mono
  }

  #earliest(): Sleeper | undefined {
    let earliest: Sleeper | undefined
    for (const sleeper of this.#sleepers) {
      if (!earliest || sleeper.wakeAt < earliest.wakeAt) earliest = sleeper
      else if (sleeper.wakeAt === earliest.wakeAt && sleeper.order < earliest.order) earliest = sleeper
    }
    return earliest
  }

  #fire(sleeper: Sleeper): void {
    this.#firedHere = this.#firedAt === this.#mono ? this.#firedHere + 1 : 0
    this.#firedAt = this.#mono
    if (this.#firedHere > mostAtOnce)
      throw new Error(`More than ${mostAtOnce} timers fired without time passing`)
    this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
    sleeper.callback()
  }
}

/** One turn of the event loop: every promise that can settle without time has. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
