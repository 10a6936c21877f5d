/** If a timer fires more than this many milliseconds too early, it is a fake timer. */
const earliestMs = 12

export interface TimerPromise {
  readonly mono: number
  readonly wall: number
  /** The time of `Date`. It stays behind `wall` if a test fakes timers but not `Date`. */
  readonly date: number
  readonly ms: number
}

/** The time under fake timers that leave `performance` or `Date` unchanged, such as the timers of `node:test`. */
export class FakedTime {
  #offset: number
  #wallSkew = 0
  #latest: number

  readonly #followsDate: boolean

  constructor(mono: number, date: number, followsDate: boolean) {
    // `Date` has whole milliseconds only, so the offset is rounded up. Then, when a timer fires, the faked time has
    // reached the time at which the timer was due.
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

  /** Call this when a timer has fired. The faked time is then at least the time at which the timer was due. */
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
