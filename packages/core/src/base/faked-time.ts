/** A timer that fires more than this many milliseconds before its time is a fake one. */
const earliestMs = 12

export interface TimerPromise {
  readonly mono: number
  readonly wall: number
  /** The time of `Date`. If a test fakes timers but not `Date`, `wall` is ahead of it. */
  readonly date: number
  readonly ms: number
}

/**
 * The time under fake timers that do not replace `performance` or `Date`, such as the timers of `node:test`.
 */
export class FakedTime {
  #offset: number
  #wallSkew = 0
  #latest: number

  /** Whether `Date` moves with the timers. */
  readonly #followsDate: boolean

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

  /** Called when a timer has fired. Moves the faked time to when the timer was due, at least. */
  keep({ mono, wall, ms }: TimerPromise, date: number): void {
    if (this.#followsDate) return
    this.#offset += Math.max(0, mono + ms - this.monotonic(date))
    this.#wallSkew += Math.max(0, wall + ms - this.wall(date))
  }
}

export function fakedBy(promise: TimerPromise, mono: number, date: number): FakedTime | undefined {
  if (promise.mono + promise.ms - mono <= earliestMs) return undefined
  const dateMovedMs = date - promise.date
  const followsDate = dateMovedMs - (mono - promise.mono) > earliestMs / 2
  if (followsDate) return new FakedTime(promise.mono + dateMovedMs, date, true)
  const faked = new FakedTime(mono, date, false)
  faked.keep(promise, date)
  return faked
}
