/** No real timer fires earlier than this before its time. */
const earliestMs = 12

/** For how long a timer was armed, and when. */
export interface TimerPromise {
  readonly mono: number
  readonly wall: number
  /** The time of `Date`, which `wall` is ahead of if it is not faked. */
  readonly date: number
  readonly ms: number
}

/**
 * Time under fake timers that leave `performance` or `Date` alone, as those of `node:test` do. A timer that fires long before
 * its time says that time has been moved; otherwise nothing that waits for its time by the clock would ever be due.
 */
export class FakedTime {
  /** Monotonic time minus the time of `Date`. */
  #offset: number
  /** By how much `Date` stays behind, if it is not faked. */
  #wallSkew = 0
  #latest: number

  /** Whether `Date` moves with the timers. Then it alone says what time it is. */
  readonly #followsDate: boolean

  /** @param date - the time of `Date`, as in all methods */
  constructor(mono: number, date: number, followsDate: boolean) {
    // In whole milliseconds, as `Date` counts, a timer is due exactly when it fires.
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

  /** A timer has fired: at least as much time as it was armed for has passed. */
  keep({ mono, wall, ms }: TimerPromise, date: number): void {
    if (this.#followsDate) return
    this.#offset += Math.max(0, mono + ms - this.monotonic(date))
    this.#wallSkew += Math.max(0, wall + ms - this.wall(date))
  }
}

/** Returns the faked time if fake timers let this timer fire before its time; `undefined` for a real timer. */
export function fakedBy(promise: TimerPromise, mono: number, date: number): FakedTime | undefined {
  if (promise.mono + promise.ms - mono <= earliestMs) return undefined
  const dateMovedMs = date - promise.date
  const followsDate = dateMovedMs - (mono - promise.mono) > earliestMs / 2
  if (followsDate) return new FakedTime(promise.mono + dateMovedMs, date, true)
  const faked = new FakedTime(mono, date, false)
  faked.keep(promise, date)
  return faked
}
