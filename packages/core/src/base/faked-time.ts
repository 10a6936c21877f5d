/** A timer that fires more than this many milliseconds before its time is a fake one. */
const earliestMs = 12

/** When a timer was armed, and for how long. */
export interface TimerPromise {
  readonly mono: number
  readonly wall: number
  /** The time of `Date`. If a test fakes timers but not `Date`, `wall` is ahead of it. */
  readonly date: number
  readonly ms: number
}

/**
 * The time under fake timers that do not replace `performance` or `Date`, such as those of `node:test`. If a timer
 * fires long before its time, the test has moved the time. Without this class, work that compares its due time with the
 * clock would never be due.
 */
export class FakedTime {
  /** Monotonic time minus the time of `Date`. */
  #offset: number
  /** How many milliseconds `Date` is behind the faked wall time. 0 if the test fakes `Date`, too. */
  #wallSkew = 0
  #latest: number

  /** Whether `Date` moves with the timers. Then it is the only source of the time. */
  readonly #followsDate: boolean

  /** @param date - the current time of `Date`, which all methods take */
  constructor(mono: number, date: number, followsDate: boolean) {
    // Rounded up to whole milliseconds, as in `Date`, so that a timer is due exactly when it fires.
    this.#offset = followsDate ? Math.ceil(mono - date) : mono - date
    this.#latest = mono
    this.#followsDate = followsDate
  }

  monotonic(date: number): number {
    this.#latest = Math.max(this.#latest, date + this.#offset)
    return this.#latest
  }

  wall(date: number): number {
    return date + this.#wallSkew
  }

  /** Called when a timer has fired. Moves the faked time to when the timer should have fired, at least. */
  keep({ mono, wall, ms }: TimerPromise, date: number): void {
    if (this.#followsDate) return
    this.#offset += Math.max(0, mono + ms - this.monotonic(date))
    this.#wallSkew += Math.max(0, wall + ms - this.wall(date))
  }
}

/** Returns the faked time if this timer fired more than `earliestMs` before its time; otherwise `undefined`. */
export function fakedBy(promise: TimerPromise, mono: number, date: number): FakedTime | undefined {
  if (promise.mono + promise.ms - mono <= earliestMs) return undefined
  const dateMovedMs = date - promise.date
  const followsDate = dateMovedMs - (mono - promise.mono) > earliestMs / 2
  if (followsDate) return new FakedTime(promise.mono + dateMovedMs, date, true)
  const faked = new FakedTime(mono, date, false)
  faked.keep(promise, date)
  return faked
}
