import type { ObserverClock } from '../base/clock.ts'
import type { SentryCheckIn, SentryMonitorConfig } from '../sdk/sentry-like.ts'
import type { TraceContext } from '../sdk/trace-context.ts'
import type { Delivery } from './delivery.ts'
import type { CheckIn, PendingCheckIns } from './pending-check-ins.ts'

export type Send = (
  checkIn: SentryCheckIn,
  config: SentryMonitorConfig,
  trace: TraceContext | undefined,
) => Promise<Delivery>

/**
 * At most this number of check-ins is being sent at the same time; more check-ins wait. The SDK drops further
 * envelopes while it is sending 64, and the app needs room for its own envelopes.
 */
const maxSending = 16
/** If Sentry has not answered after this time, the check-in is sent again. */
const answerMs = 30_000
const firstPauseMs = 5_000
const maxPauseMs = 60_000

export class CheckInQueue {
  readonly #clock: ObserverClock
  readonly #send: Send
  readonly #waiting = new Set<PendingCheckIns>()
  readonly #sending = new Map<Promise<void>, PendingCheckIns>()
  #pausedUntil = 0
  #pauseMs = firstPauseMs
  #cancelTimer: (() => void) | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(clock: ObserverClock, send: Send) {
    this.#clock = clock
    this.#send = send
  }

  get hasPending(): boolean {
    return this.#waiting.size + this.#sending.size > 0
  }

  add(state: PendingCheckIns): void {
    this.#waiting.add(state)
    this.#wakeAt(this.#clock.now())
  }

  /** @param last - true at shutdown: sends check-ins even if they are not due yet */
  sendDue(last = false): void {
    const at = this.#clock.now()
    if (at < this.#pausedUntil) return this.#wakeAt(this.#pausedUntil)
    let nextAt = Number.POSITIVE_INFINITY
    for (const state of this.#waiting) {
      if (this.#sending.size >= maxSending) return // each completed delivery calls sendDue again
      const checkIn = state.take(at, last)
      if (checkIn) this.#start(state, checkIn, last)
      if (!state.hasPending) this.#waiting.delete(state)
      // While a check-in is being sent, no timer is needed: the completed delivery calls sendDue again.
      else if (!state.isSending) nextAt = Math.min(nextAt, state.dueAt(at))
    }
    if (nextAt !== Number.POSITIVE_INFINITY) this.#wakeAt(nextAt)
  }

  /**
   * Tries to send all pending check-ins before `deadline`, even if they are not due yet.
   *
   * @returns the number of monitors with a check-in that could not be delivered
   */
  async flush(deadline: number): Promise<number> {
    while (this.#waiting.size + this.#sending.size > 0) {
      const leftMs = deadline - this.#clock.now()
      if (leftMs <= 0 || this.#pausedUntil >= deadline) break
      this.sendDue(true)
      await this.#nextDelivery(
        this.#sending.size > 0 ? leftMs : Math.max(1, this.#pausedUntil - this.#clock.now()),
      )
    }
    this.#cancelTimer?.()
    return new Set([...this.#waiting, ...this.#sending.values()]).size
  }

  #start(state: PendingCheckIns, checkIn: CheckIn, last: boolean): void {
    const { monitor, longestMs } = state
    const { id, status, durationMs, trace } = checkIn
    const sent = this.#send(
      {
        monitorSlug: monitor.slug,
        status,
        checkInId: id,
        ...(durationMs === undefined ? {} : { duration: durationMs / 1_000 }),
      },
      monitor.config(longestMs),
      trace(),
    )
    const sending = this.#answerOf(sent)
      .catch((): Delivery => ({ kind: 'lost' }))
      .then((delivery) => {
        this.#sending.delete(sending)
        this.#adjustPause(delivery)
        if (delivery.kind === 'limited' || delivery.kind === 'lost') state.notDelivered(checkIn)
        else state.delivered()
        if (state.hasPending) this.#waiting.add(state)
        if (!last) this.sendDue()
      })
    this.#sending.set(sending, state)
  }

  async #answerOf(sent: Promise<Delivery>): Promise<Delivery> {
    let cancel = (): void => {}
    const timeUp = new Promise<Delivery>((resolve) => {
      cancel = this.#clock.setTimer(() => resolve({ kind: 'lost' }), answerMs)
    })
    try {
      return await Promise.race([sent, timeUp])
    } finally {
      cancel()
    }
  }

  #adjustPause(delivery: Delivery): void {
    const now = this.#clock.now()
    if (delivery.kind === 'delivered') this.#pauseMs = firstPauseMs
    if (delivery.kind === 'limited') this.#pausedUntil = Math.max(this.#pausedUntil, now + delivery.forMs)
    if (delivery.kind === 'lost' && now >= this.#pausedUntil) {
      this.#pausedUntil = now + this.#pauseMs
      this.#pauseMs = Math.min(this.#pauseMs * 2, maxPauseMs)
    }
  }

  #wakeAt(at: number): void {
    if (at >= this.#timerAt) return
    this.#cancelTimer?.()
    this.#timerAt = at
    this.#cancelTimer = this.#clock.setTimer(
      () => {
        this.#cancelTimer = undefined
        this.#timerAt = Number.POSITIVE_INFINITY
        this.sendDue()
      },
      Math.max(0, at - this.#clock.now()),
    )
  }

  async #nextDelivery(ms: number): Promise<void> {
    let cancel = (): void => {}
    const timeUp = new Promise<void>((resolve) => {
      cancel = this.#clock.setTimer(resolve, ms)
    })
    await Promise.race([...this.#sending.keys(), timeUp])
    cancel()
  }
}
