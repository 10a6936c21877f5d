import type { TraceContext } from '../sdk/trace-context.ts'
import type { Monitor } from './monitor-plan.ts'

/** A check-in that is pending or being sent. */
export interface CheckIn {
  readonly id: string
  readonly status: 'in_progress' | 'ok' | 'error'
  readonly durationMs: number | undefined
  /** Returns the trace. Called when the check-in is sent, since the trace is unknown at the start of a run. */
  readonly trace: () => TraceContext | undefined
  /** Whether it belongs to a pair that opens and closes a check-in. Results of other runs do not replace it. */
  readonly paired: boolean
}

const minuteMs = 60_000
/** Sentry accepts six check-ins a minute per monitor. The sixth is reserved for shutdown. */
const perMinute = 5
/** The shortest time between two heartbeats: below a minute, so that each minute has one although timers fire late. */
const heartbeatMs = 55_000

/**
 * The pending check-ins of one monitor. Runs without an open check-in share one pending result: a newer result replaces
 * it. If the monitor has heartbeats, a success does not replace an error.
 */
export class PendingCheckIns {
  monitor: Monitor
  /** The longest time between a slot and the end of its run so far. */
  longestMs = 0
  /** When the latest check-ins were sent; only as many as the limit needs. */
  readonly #sentAt: number[] = []
  readonly #opened = new Map<string, CheckIn>()
  /** Pending check-ins that open or close, in the order in which they are sent. */
  #paired: CheckIn[] = []
  #state: CheckIn | undefined
  #isSending = false

  constructor(monitor: Monitor) {
    this.monitor = monitor
  }

  get hasPending(): boolean {
    return this.#paired.length > 0 || this.#state !== undefined
  }

  /** Only one check-in is sent at a time, so that an older state can't overtake a newer one. */
  get isSending(): boolean {
    return this.#isSending
  }

  /** Opens a check-in for a run, if the limit has room for both opening and closing it. */
  open(runId: string, id: string, trace: CheckIn['trace'], at: number): void {
    if (this.#room(at) < 2 + this.#paired.length + this.#opened.size) return
    const checkIn: CheckIn = { id, status: 'in_progress', durationMs: undefined, trace, paired: true }
    this.#opened.set(runId, checkIn)
    this.#paired.push(checkIn)
  }

  isOpen(runId: string): boolean {
    return this.#opened.has(runId)
  }

  /** @param id - the id of the check-in, used if none is open for the run */
  close(
    runId: string,
    id: string,
    status: 'ok' | 'error',
    durationMs: number,
    trace: CheckIn['trace'],
  ): void {
    const opened = this.#opened.get(runId)
    if (!opened) return this.#merge({ id, status, durationMs, trace, paired: false })
    this.#opened.delete(runId)
    this.#paired = [
      // An unsent opening check-in is dropped, because Sentry accepts a closing check-in without it.
      ...this.#paired.filter((other) => other !== opened),
      { ...opened, status, durationMs, trace },
    ]
  }

  /** Forgets the open check-in of a run without closing it, because another process will close it. */
  leave(runId: string): void {
    const opened = this.#opened.get(runId)
    this.#opened.delete(runId)
    this.#paired = this.#paired.filter((other) => other !== opened)
  }

  /** Closes all open check-ins as errors. For shutdown, and when the monitor is removed. */
  closeAll(): void {
    for (const [runId, { id }] of [...this.#opened]) this.close(runId, id, 'error', 0, () => undefined)
  }

  /**
   * Takes the next check-in that may be sent at `at`.
   *
   * @param last - shutting down: takes a check-in even if it is not due yet
   */
  take(at: number, last: boolean): CheckIn | undefined {
    if (!this.hasPending || this.#isSending || (!last && at < this.dueAt(at))) return undefined
    const checkIn = this.#paired.shift() ?? this.#state
    if (!checkIn?.paired) this.#state = undefined
    this.#isSending = true
    this.#sentAt.push(at)
    if (this.#sentAt.length > perMinute) this.#sentAt.shift()
    return checkIn
  }

  delivered(): void {
    this.#isSending = false
  }

  /** Puts back a check-in that was not delivered and merges it with newer ones. */
  notDelivered(checkIn: CheckIn): void {
    this.#isSending = false
    if (checkIn.paired) {
      // If the closing check-in is already pending, it replaces the opening one.
      if (!this.#paired.some(({ id }) => id === checkIn.id)) this.#paired.unshift(checkIn)
      return
    }
    const newer = this.#state
    this.#state = checkIn
    if (newer) this.#merge(newer)
  }

  /** Returns when the next check-in may be sent. */
  dueAt(at: number): number {
    const newest = this.#sentAt.at(-1)
    // If the clock went back, the recorded times are meaningless.
    if (newest !== undefined && newest > at) this.#sentAt.length = 0
    const { limit, windowMs } = this.#limit()
    const nth = this.#sentAt.at(-limit)
    const roomAt = nth === undefined ? at : nth + windowMs
    const beatAt = this.monitor.heartbeat && newest !== undefined ? newest + heartbeatMs : at
    return Math.max(roomAt, this.#paired.length > 0 ? at : beatAt)
  }

  #room(at: number): number {
    const { limit, windowMs } = this.#limit()
    return (
      limit - this.#sentAt.slice(-limit).filter((sentAt) => sentAt > at - windowMs && sentAt <= at).length
    )
  }

  /** One process's share of Sentry's limit. With many replicas it is one check-in in several minutes. */
  #limit(): { limit: number; windowMs: number } {
    const { replicas } = this.monitor
    return {
      limit: Math.max(1, Math.floor(perMinute / replicas)),
      windowMs: Math.ceil(replicas / perMinute) * minuteMs,
    }
  }

  #merge(newer: CheckIn): void {
    const keepsWorst = this.monitor.heartbeat && this.#state?.status === 'error'
    if (!keepsWorst || newer.status === 'error') this.#state = newer
  }
}
