import type { ObserverClock } from '../base/clock.ts'
import { classOf, type Notice } from './notice.ts'
import { Wave } from './notice-group.ts'
import type { Bucket } from './token-bucket.ts'

/** How long what does not fit the budget gathers. */
const overflowMs = 30_000
/** So many classes are watched for an outage, those that were heard of last: there may be one for every failure. */
const mostWaves = 50
/** That a task is gone is told even where failures have used the budget up. */
const goneReserve = 3

/** What is an outage: more than so many tasks that say the same within so long. */
export interface OutageLimit {
  readonly tasks: number
  readonly withinMs: number
}

/**
 * Lets notices out, within the budget of the process. When many tasks say the same at once, the first of them go out
 * by themselves and then one notice names all of them; what the budget has no room for is named in one notice too.
 */
export class Outbox {
  readonly #bucket: Bucket
  readonly #outage: OutageLimit
  readonly #clock: ObserverClock
  readonly #send: (notice: Notice) => void
  /** What each class of notice said lately. */
  readonly #waves = new Map<string, Wave>()
  #overflow: Wave | undefined
  #cancelTimer: (() => void) | undefined

  constructor(bucket: Bucket, outage: OutageLimit, clock: ObserverClock, send: (notice: Notice) => void) {
    this.#bucket = bucket
    this.#outage = outage
    this.#clock = clock
    this.#send = send
  }

  offer(notice: Notice, at: number): void {
    this.advance(at)
    if (this.#joinsOutage(notice, at)) return
    if (this.#bucket.take(at, notice.handled ? 0 : goneReserve)) this.#send(notice)
    else this.#toOverflow(at).add(notice, at)
  }

  /** Lets out what is due at `at`. Every event moves this time, so that no timer has to fire on time. */
  advance(at: number): void {
    for (const [key, wave] of this.#waves) {
      if (wave.declaredAt === undefined) wave.dropBefore(at - this.#outage.withinMs)
      else if (at >= wave.declaredAt + this.#outage.withinMs) this.#close(wave, at)
      else continue
      if (wave.tasks === 0) this.#waves.delete(key)
    }
    const overflow = this.#overflow
    if (!overflow || at < (overflow.declaredAt ?? at) + overflowMs) return
    // The one notice that goes beyond the budget, and makes the next ones wait for it.
    if (!this.#bucket.take(at, 1)) return
    this.#overflow = undefined
    this.#send(overflow.overflowNotice())
  }

  /** Lets out everything, whatever the time and the budget: there will be no later. */
  drain(at: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    for (const wave of this.#waves.values()) if (wave.declaredAt !== undefined) this.#close(wave, at)
    this.#waves.clear()
    if (this.#overflow) this.#send(this.#overflow.overflowNotice())
    this.#overflow = undefined
  }

  #joinsOutage(notice: Notice, at: number): boolean {
    if (!notice.info) return false
    const wave = this.#waveOf(classOf(notice))
    if (!wave) return false
    wave.add(notice, at)
    if (wave.tasks <= this.#outage.tasks) return false
    wave.declaredAt ??= at
    this.#wake(this.#outage.withinMs)
    return true
  }

  /** The wave of a class, which makes it the latest; `undefined` where all that are watched are outages. */
  #waveOf(key: string): Wave | undefined {
    const known = this.#waves.get(key)
    if (!known && this.#waves.size >= mostWaves) {
      const oldest = [...this.#waves].find(([, { declaredAt }]) => declaredAt === undefined)
      if (!oldest) return undefined
      this.#waves.delete(oldest[0])
    }
    const wave = known ?? new Wave()
    this.#waves.delete(key)
    this.#waves.set(key, wave)
    return wave
  }

  #close(wave: Wave, at: number): void {
    if (this.#bucket.take(at)) this.#send(wave.outageNotice())
    else this.#toOverflow(at).join(wave)
    wave.clear()
  }

  #toOverflow(at: number): Wave {
    this.#overflow ??= new Wave()
    this.#overflow.declaredAt ??= at
    this.#wake(overflowMs)
    return this.#overflow
  }

  #wake(ms: number): void {
    this.#cancelTimer ??= this.#clock.setTimer(() => {
      this.#cancelTimer = undefined
      this.advance(this.#clock.now())
      if (this.#overflow || [...this.#waves.values()].some((wave) => wave.declaredAt !== undefined))
        this.#wake(ms)
    }, ms)
  }
}
