import { type HealthRule, type Judgement, rule, type TaskFacts } from '@runwell/core'
import { formatMs } from '@runwell/core/adapter'
import type { Connection } from './connection.ts'
import type { QueueLike, WorkerLike } from './worker-like.ts'

interface Seen {
  /** When the queue was asked: the value of `facts.armedMs` at that time. */
  readonly at: number
  readonly jobs: number
  /** True if jobs wait and can start: the queue is not paused, and its limits are not reached. */
  readonly isDue: boolean
}

/**
 * The rule finds a problem if jobs wait but the worker starts none. It also finds a problem if Redis does not answer
 * on an open connection.
 */
export class Backlog {
  readonly rule: HealthRule
  readonly #worker: WorkerLike
  readonly #connection: Connection
  readonly #queue: () => QueueLike
  readonly #isBusy: () => boolean
  readonly #limitMs: number
  readonly #everyMs: number
  /**
   * When the queue was last asked: `#askedAt` as a value of `facts.armedMs`, `#askedOn` as a value of `Date.now()`.
   *
   * A test can advance its clock by hours before Redis has had time to answer. So the time since the question is
   * measured with both clocks, and the shorter time counts as the silence of Redis.
   */
  #askedAt = Number.NEGATIVE_INFINITY
  #askedOn = 0
  #isAsking = false
  /** Since when jobs have waited although the worker could start them, as a value of `facts.armedMs`. */
  #waitingSince: number | undefined
  #seen: Seen | undefined
  #starts = 0

  constructor(
    worker: WorkerLike,
    connection: Connection,
    queue: () => QueueLike,
    isBusy: () => boolean,
    limitMs: number,
  ) {
    this.#worker = worker
    this.#connection = connection
    this.#queue = queue
    this.#isBusy = isBusy
    this.#limitMs = limitMs
    this.#everyMs = Math.min(10_000, Math.max(100, limitMs / 6))
    this.rule = Object.freeze({
      ...rule('jobs-wait', () => undefined),
      describe: () => `jobs wait and none has started for ${formatMs(limitMs)}`,
      judge: (facts: TaskFacts) => this.#judge(facts.armedMs),
    })
  }

  onStarted(): void {
    this.#starts += 1
    this.#waitingSince = undefined
  }

  #judge(now: number): Judgement {
    // `now` starts at 0 again after a pause.
    if (now < this.#askedAt) {
      this.#askedAt = this.#isAsking ? now : Number.NEGATIVE_INFINITY
      this.#waitingSince = undefined
    }
    if (!this.#isAsking && now - this.#askedAt >= this.#everyMs) void this.#ask(now)
    if (this.#connection.isDown) this.#forgetWaiting(now)
    const recheckInMs = this.#everyMs
    const bad = (value: number, reason: string): Judgement => {
      return { kind: 'bad', status: 'unhealthy', value, limit: this.#limitMs, reason, recheckInMs }
    }
    const silentMs = this.#isAsking ? Math.min(now - this.#askedAt, Date.now() - this.#askedOn) : 0
    const since = this.#waitingSince
    const waitingMs = since === undefined || this.#seen === undefined ? 0 : this.#seen.at - since
    if (this.#connection.isDown) return { kind: 'fine', recheckInMs }
    if (silentMs >= this.#limitMs) return bad(silentMs, `Redis has not answered for ${formatMs(silentMs)}`)
    if (waitingMs >= this.#limitMs) return bad(waitingMs, this.#reason(waitingMs))
    return { kind: 'fine', recheckInMs }
  }

  #reason(ms: number): string {
    const idle = this.#worker.isRunning()
      ? 'the worker is idle'
      : 'the worker does not run: call worker.run()'
    const { complaint } = this.#connection
    const cause = complaint === undefined ? idle : `${idle}; its last error was ${complaint}`
    const { jobs = 0 } = this.#seen ?? {}
    return `${jobs === 1 ? '1 job waits' : `${jobs} jobs wait`} and none has started for ${formatMs(ms)}; ${cause}`
  }

  /**
   * Without a connection, no job can start, and a question waits until the connection is back. So the time without a
   * connection does not count.
   */
  #forgetWaiting(now: number): void {
    this.#waitingSince = undefined
    if (this.#isAsking) this.#setAsked(now)
  }

  #setAsked(now: number): void {
    this.#askedAt = now
    this.#askedOn = Date.now()
  }

  async #ask(now: number): Promise<void> {
    this.#isAsking = true
    this.#setAsked(now)
    const starts = this.#starts
    try {
      const seen = { ...(await look(this.#queue())), at: this.#askedAt }
      this.#connection.onAnswer()
      const isDue = seen.isDue && !this.#isBusy() && starts === this.#starts
      this.#seen = seen
      this.#waitingSince = isDue ? (this.#waitingSince ?? seen.at) : undefined
    } catch {
      // `Connection` reports a lost connection to the task.
    } finally {
      this.#isAsking = false
    }
  }
}

async function look(queue: QueueLike): Promise<Omit<Seen, 'at'>> {
  const [counts, isPaused, concurrency, limitedMs] = await Promise.all([
    queue.getJobCounts(...(['wait', 'prioritized', 'active'] as never[])),
    queue.isPaused(),
    queue.getGlobalConcurrency?.(),
    queue.getRateLimitTtl(),
  ])
  const { wait = 0, prioritized = 0, active = 0 } = counts
  const jobs = wait + prioritized
  const isFull = typeof concurrency === 'number' && active >= concurrency
  return { jobs, isDue: jobs > 0 && !isPaused && !isFull && limitedMs <= 0 }
}
