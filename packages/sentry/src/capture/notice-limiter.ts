import type { ObserverClock } from '../base/clock.ts'
import { EventBudget, overflowMs } from './event-budget.ts'
import type { Notice } from './notice.ts'
import { type OutageLimit, Outages } from './outages.ts'
import type { TokenBucket } from './token-bucket.ts'

/**
 * Sends notices within the event budget of the process. If many tasks have the same problem at once, the first notices
 * are sent individually and the rest as one: `outages.ts` decides that. Notices beyond the budget are also sent as one:
 * `event-budget.ts` decides that.
 */
export class NoticeLimiter {
  readonly #outage: OutageLimit
  readonly #clock: ObserverClock
  readonly #outages: Outages
  readonly #budget: EventBudget
  #cancelTimer: (() => void) | undefined

  constructor(
    bucket: TokenBucket,
    outage: OutageLimit,
    clock: ObserverClock,
    send: (notice: Notice) => void,
  ) {
    this.#outage = outage
    this.#clock = clock
    this.#budget = new EventBudget({ bucket, send, onHeldBack: () => this.#wake(overflowMs) })
    this.#outages = new Outages(outage, (group, at) => this.#budget.submitOutage(group, at))
  }

  submit(notice: Notice, at: number): void {
    this.sendDue(at)
    if (this.#outages.joins(notice, at)) this.#wake(this.#outage.withinMs)
    else this.#budget.submit(notice, at)
  }

  /** Sends what is due at `at`. Called with every event, so correctness does not depend on the timer. */
  sendDue(at: number): void {
    this.#outages.endDue(at)
    this.#budget.sendDue(at)
  }

  /** Sends everything immediately, regardless of time and budget. For shutdown. */
  flush(at: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#outages.endAll(at)
    this.#budget.flush()
  }

  #wake(ms: number): void {
    this.#cancelTimer ??= this.#clock.setTimer(() => {
      this.#cancelTimer = undefined
      this.sendDue(this.#clock.now())
      if (this.#budget.isExceeded || this.#outages.isAny) this.#wake(ms)
    }, ms)
  }
}
