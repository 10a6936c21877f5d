import type { ObserverClock } from '../base/clock.ts'
import { EventBudget, overflowMs } from './event-budget.ts'
import type { Notice } from './notice.ts'
import { type OutageLimit, Outages } from './outages.ts'
import type { TokenBucket } from './token-bucket.ts'

export interface NoticeLimiterParts {
  readonly bucket: TokenBucket
  readonly outage: OutageLimit
  readonly clock: ObserverClock
  readonly send: (notice: Notice) => void
  /** If this returns `false`, a notice does not wait for similar notices. */
  readonly mayBeOutage: () => boolean
}

export class NoticeLimiter {
  readonly #parts: NoticeLimiterParts
  readonly #outages: Outages
  readonly #budget: EventBudget
  #cancelTimer: (() => void) | undefined

  constructor(parts: NoticeLimiterParts) {
    const { bucket, outage, send } = parts
    this.#parts = parts
    this.#budget = new EventBudget(bucket, send)
    this.#outages = new Outages({
      limit: outage,
      onOver: (group, at) => this.#budget.submitOutage(group, at),
      onSingle: (notice, at) => this.#budget.submit(notice, at),
    })
  }

  submit(notice: Notice, at: number): void {
    this.sendDue(at)
    if (!this.#parts.mayBeOutage() || !this.#outages.hold(notice, at)) this.#budget.submit(notice, at)
    this.#wake(at)
  }

  sendDue(at: number): void {
    this.#outages.endDue(at)
    this.#budget.sendDue(at)
  }

  flush(at: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#outages.endAll(at)
    this.#budget.flush()
  }

  #wake(at: number): void {
    if (this.#cancelTimer) return
    const due = [this.#outages.dueAt, this.#budget.dueAt].filter((dueAt) => dueAt !== undefined)
    if (due.length === 0) return
    const leftMs = Math.min(...due) - at
    this.#cancelTimer = this.#parts.clock.setTimer(
      () => {
        this.#cancelTimer = undefined
        const now = this.#parts.clock.now()
        this.sendDue(now)
        this.#wake(now)
      },
      // A notice may be due while the budget is used up. Then the timer tries again after `overflowMs`.
      leftMs > 0 ? leftMs : overflowMs,
    )
  }
}
