import type { TraceContext } from '../sdk/trace-context.ts'
import type { Monitor } from './monitor-plan.ts'

export interface CheckIn {
  readonly id: string
  readonly status: 'in_progress' | 'ok' | 'error'
  readonly durationMs: number | undefined
  /** A function, because the trace is not yet known when a run starts. */
  readonly trace: () => TraceContext | undefined
  /** True if the run sends one check-in at its start and one at its end. */
  readonly paired: boolean
}

const minuteMs = 60_000
/** Sentry accepts six check-ins a minute per monitor. The sixth is reserved for shutdown. */
const perMinute = 5
/**
 * A task that runs more often than once a minute sends its next check-in this long after the previous one. The time
 * is less than a minute, because a late timer must not leave a minute without a check-in.
 */
const heartbeatMs = 55_000

/**
 * The check-ins of one monitor that are not sent yet. Runs that send no check-in at their start share one pending
 * result: the newest result, or the worst result if the task runs more often than once a minute.
 */
export class PendingCheckIns {
  monitor: Monitor
  /** The longest time so far from a slot to the end of its run. */
  longestMs = 0
  readonly #sentAt: number[] = []
  readonly #opened = new Map<string, CheckIn>()
  #paired: CheckIn[] = []
  #state: CheckIn | undefined
  #isSending = false

  constructor(monitor: Monitor) {
    this.monitor = monitor
  }

  get hasPending(): boolean {
    return this.#paired.length > 0 || this.#state !== undefined
  }

  /**
   * True while a check-in is being sent. Then `take` returns no check-in: if two were sent at the same time, the
   * older one could arrive last.
   */
  get isSending(): boolean {
    return this.#isSending
  }

  /**
   * Adds the check-in for the start of a run. Does nothing if Sentry's limit leaves no room for the result of the
   * run.
   */
  open(runId: string, id: string, trace: CheckIn['trace'], at: number): void {
    if (this.#room(at) < 2 + this.#paired.length + this.#opened.size) return
    const checkIn: CheckIn = { id, status: 'in_progress', durationMs: undefined, trace, paired: true }
    this.#opened.set(runId, checkIn)
    this.#paired.push(checkIn)
  }

  isOpen(runId: string): boolean {
    return this.#opened.has(runId)
  }

  /** @param id - used only if `open` has added no check-in for the run */
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
      // The check-in for the start can be omitted: Sentry also accepts a result alone.
      ...this.#paired.filter((other) => other !== opened),
      { ...opened, status, durationMs, trace },
    ]
  }

  /** Removes a run without a result. Another process will run the slot again and send the result. */
  leave(runId: string): void {
    const opened = this.#opened.get(runId)
    this.#opened.delete(runId)
    this.#paired = this.#paired.filter((other) => other !== opened)
  }

  closeAll(): void {
    for (const [runId, { id }] of [...this.#opened]) this.close(runId, id, 'error', 0, () => undefined)
  }

  /** @param last - true at shutdown: takes a check-in even if it is not due yet */
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

  notDelivered(checkIn: CheckIn): void {
    this.#isSending = false
    if (checkIn.paired) {
      // If the result of the run is already pending, the check-in for the start is not needed.
      if (!this.#paired.some(({ id }) => id === checkIn.id)) this.#paired.unshift(checkIn)
      return
    }
    const newer = this.#state
    this.#state = checkIn
    if (newer) this.#merge(newer)
  }

  dueAt(at: number): number {
    const newest = this.#sentAt.at(-1)
    // If the clock was set back, the times in `#sentAt` are in the future. So they are removed.
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

  /** How many check-ins this process may send in each time window. All processes share Sentry's limit. */
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
