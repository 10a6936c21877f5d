import { randomUUID } from 'node:crypto'
import type { TracePlace } from '../sdk/trace-context.ts'
import type { Monitor } from './monitor.ts'

/** One check-in that waits to be sent, or is on its way. */
export interface CheckIn {
  readonly id: string
  readonly status: 'in_progress' | 'ok' | 'error'
  readonly durationMs: number | undefined
  /** Asked when it is sent: at the start of a run nothing is known of it yet. */
  readonly place: () => TracePlace | undefined
  /** It closes one that was opened before, or opens one: no later state can stand for it. */
  readonly own: boolean
}

const minuteMs = 60_000
/** Sentry takes six a minute of one monitor. The sixth is left for the last word at shutdown. */
const perMinute = 5
/** A heartbeat each minute must not wait for the next run only because a timer was early. */
const heartbeatMs = 55_000

/**
 * What one monitor still has to be told. States that stand for each other are merged while they wait: of a monitor with
 * heartbeats the worst is kept, of others the last. So however long they wait, the last state is never lost.
 */
export class MonitorState {
  monitor: Monitor
  /** How long after its slot a run ended, at worst. */
  usualMs = 0
  /** When the last check-ins were sent, as many as the limit looks at. */
  readonly #sentAt: number[] = []
  readonly #opened = new Map<string, CheckIn>()
  /** Opening and closing check-ins, in order. */
  #own: CheckIn[] = []
  #state: CheckIn | undefined
  #isUnderWay = false

  constructor(monitor: Monitor) {
    this.monitor = monitor
  }

  get waits(): boolean {
    return this.#own.length > 0 || this.#state !== undefined
  }

  /** One at a time is under way, so that an older state can't overtake a newer one. */
  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** Opens a check-in for a run, if its closing one will fit too. */
  open(runId: string, place: CheckIn['place'], at: number): void {
    if (this.#room(at) < 2 + this.#own.length + this.#opened.size) return
    const checkIn: CheckIn = {
      id: randomUUID(),
      status: 'in_progress',
      durationMs: undefined,
      place,
      own: true,
    }
    this.#opened.set(runId, checkIn)
    this.#own.push(checkIn)
  }

  isOpen(runId: string): boolean {
    return this.#opened.has(runId)
  }

  close(runId: string, status: 'ok' | 'error', durationMs: number, place: CheckIn['place']): void {
    const opened = this.#opened.get(runId)
    if (!opened) return this.#merge({ id: randomUUID(), status, durationMs, place, own: false })
    this.#opened.delete(runId)
    this.#own = [
      // What was not sent yet need not be: the closing one opens too.
      ...this.#own.filter((other) => other !== opened),
      { ...opened, status, durationMs, place },
    ]
  }

  /** At the very end: what is open still, is closed as an error. */
  closeAll(): void {
    for (const runId of [...this.#opened.keys()]) this.close(runId, 'error', 0, () => undefined)
  }

  /** The next check-in that may be sent at `at`. @param last - there will be no later: the spare one may be used. */
  take(at: number, last: boolean): CheckIn | undefined {
    if (!this.waits || this.#isUnderWay || (!last && at < this.dueAt(at))) return undefined
    const checkIn = this.#own.shift() ?? this.#state
    if (!checkIn?.own) this.#state = undefined
    this.#isUnderWay = true
    this.#sentAt.push(at)
    if (this.#sentAt.length > perMinute) this.#sentAt.shift()
    return checkIn
  }

  delivered(): void {
    this.#isUnderWay = false
  }

  /** Takes back what was not delivered. What came since stands for it, or is made worse by it. */
  notDelivered(checkIn: CheckIn): void {
    this.#isUnderWay = false
    if (checkIn.own) {
      // Where the closing one waits already, it opens too.
      if (!this.#own.some(({ id }) => id === checkIn.id)) this.#own.unshift(checkIn)
      return
    }
    const newer = this.#state
    this.#state = checkIn
    if (newer) this.#merge(newer)
  }

  /** When the next one may be sent. */
  dueAt(at: number): number {
    const newest = this.#sentAt.at(-1)
    // The clock went back: what it says of the past can't be told apart from the future.
    if (newest !== undefined && newest > at) this.#sentAt.length = 0
    const { limit, windowMs } = this.#limit()
    const nth = this.#sentAt.at(-limit)
    const roomAt = nth === undefined ? at : nth + windowMs
    const beatAt = this.monitor.heartbeat && newest !== undefined ? newest + heartbeatMs : at
    return Math.max(roomAt, this.#own.length > 0 ? at : beatAt)
  }

  #room(at: number): number {
    const { limit, windowMs } = this.#limit()
    return (
      limit - this.#sentAt.slice(-limit).filter((sentAt) => sentAt > at - windowMs && sentAt <= at).length
    )
  }

  /** The share of one process. With more processes than check-ins a minute, each has one in several minutes. */
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
