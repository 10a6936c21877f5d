import type { ObserverClock } from '../base/clock.ts'
import type { SentryCheckIn, SentryMonitorConfig } from '../sdk/sentry-like.ts'
import type { TracePlace } from '../sdk/trace-context.ts'
import type { Delivery } from './delivery.ts'
import type { CheckIn, MonitorState } from './monitor-state.ts'

/** How a check-in is sent. */
export type Send = (
  checkIn: SentryCheckIn,
  config: SentryMonitorConfig,
  place: TracePlace | undefined,
) => Promise<Delivery>

/** The SDK drops what exceeds 64 envelopes under way; the app needs some of them. */
const maxUnderWay = 16
const firstPauseMs = 5_000
const maxPauseMs = 60_000

/** Sends what the monitors have to be told, a few at a time, and again where it was not delivered. */
export class Pump {
  readonly #clock: ObserverClock
  readonly #send: Send
  /** Those that have something to be told. */
  readonly #waiting = new Set<MonitorState>()
  readonly #underWay = new Set<Promise<void>>()
  #pausedUntil = 0
  #pauseMs = firstPauseMs
  #cancelTimer: (() => void) | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(clock: ObserverClock, send: Send) {
    this.#clock = clock
    this.#send = send
  }

  /** `state` has something new. It is sent soon, and not within this call: that is made on the time of a run. */
  push(state: MonitorState): void {
    this.#waiting.add(state)
    this.#wakeAt(this.#clock.now())
  }

  /** Sends what may be sent now. */
  pump(last = false): void {
    const at = this.#clock.now()
    if (at < this.#pausedUntil) return this.#wakeAt(this.#pausedUntil)
    let nextAt = Number.POSITIVE_INFINITY
    for (const state of this.#waiting) {
      if (this.#underWay.size >= maxUnderWay) return // each one that comes back pumps again
      const checkIn = state.take(at, last)
      if (checkIn) this.#start(state, checkIn, last)
      if (!state.waits) this.#waiting.delete(state)
      // One that is under way pumps again when it comes back.
      else if (!state.isUnderWay) nextAt = Math.min(nextAt, state.dueAt(at))
    }
    if (nextAt !== Number.POSITIVE_INFINITY) this.#wakeAt(nextAt)
  }

  /**
   * Sends everything, whatever its turn, until `deadline`.
   *
   * @returns How many monitors have not heard their last state.
   */
  async drain(deadline: number): Promise<number> {
    while (this.#waiting.size + this.#underWay.size > 0) {
      const leftMs = deadline - this.#clock.now()
      if (leftMs <= 0 || this.#pausedUntil >= deadline) break
      this.pump(true)
      await this.#anyBack(
        this.#underWay.size > 0 ? leftMs : Math.max(1, this.#pausedUntil - this.#clock.now()),
      )
    }
    this.#cancelTimer?.()
    return this.#waiting.size
  }

  #start(state: MonitorState, checkIn: CheckIn, last: boolean): void {
    const { monitor, usualMs } = state
    const { id, status, durationMs, place } = checkIn
    const sent = this.#send(
      {
        monitorSlug: monitor.slug,
        status,
        checkInId: id,
        ...(durationMs === undefined ? {} : { duration: durationMs / 1_000 }),
      },
      monitor.config(usualMs),
      place(),
    )
    const underWay = sent
      .catch((): Delivery => ({ kind: 'lost' }))
      .then((delivery) => {
        this.#underWay.delete(underWay)
        this.#learn(delivery)
        if (delivery.kind === 'limited' || delivery.kind === 'lost') state.notDelivered(checkIn)
        else state.delivered()
        if (state.waits) this.#waiting.add(state)
        if (!last) this.pump()
      })
    this.#underWay.add(underWay)
  }

  #learn(delivery: Delivery): void {
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
        this.pump()
      },
      Math.max(0, at - this.#clock.now()),
    )
  }

  /** Resolves when one that is under way has come back, or after `ms`. */
  async #anyBack(ms: number): Promise<void> {
    let cancel = (): void => {}
    const timeUp = new Promise<void>((resolve) => {
      cancel = this.#clock.setTimer(resolve, ms)
    })
    await Promise.race([...this.#underWay, timeUp])
    cancel()
  }
}
