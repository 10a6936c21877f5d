import { type HealthRule, type Judgement, rule, type TaskFacts } from '@runwell/core'
import { formatMs } from '@runwell/core/adapter'
import type { Connection } from './connection.ts'
import type { QueueLike, WorkerLike } from './worker-like.ts'

interface Seen {
  /** The awake time at which the queue was asked. */
  readonly at: number
  readonly jobs: number
  /** Whether jobs wait, and the queue is not paused and has not reached one of its limits. */
  readonly isDue: boolean
}

/** Asks the queue again and again whether jobs wait. `rule` is bad if this worker could take jobs but starts none. */
export class Backlog {
  readonly rule: HealthRule
  readonly #worker: WorkerLike
  readonly #connection: Connection
  readonly #queue: () => QueueLike
  readonly #isBusy: () => boolean
  readonly #limitMs: number
  readonly #everyMs: number
  /**
   * When the last request was sent: `#askedAt` in awake time, `#askedOn` in wall time. The rule uses the shorter of the
   * two ages, because the clock of a test may advance only the awake time.
   */
  #askedAt = Number.NEGATIVE_INFINITY
  #askedOn = 0
  #isAsking = false
  /**
   * Since when all requests have found waiting jobs that the worker could take, in awake time. `undefined` if the last
   * request found none, or a job has started since.
   */
  #waitingSince: number | undefined
  /** The result of the last request that succeeded. */
  #seen: Seen | undefined
  #starts = 0

  /** @param limitMs - how long jobs may wait */
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
    if (now < this.#askedAt) this.#askedAt = Number.NEGATIVE_INFINITY // `now` starts at 0 again after a pause
    if (!this.#isAsking && now - this.#askedAt >= this.#everyMs) void this.#ask(now)
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

  async #ask(now: number): Promise<void> {
    this.#isAsking = true
    this.#askedAt = now
    this.#askedOn = Date.now()
    const starts = this.#starts
    try {
      const seen = await look(this.#queue(), now)
      this.#connection.onAnswer()
      const isDue = seen.isDue && !this.#isBusy() && starts === this.#starts
      this.#seen = seen
      this.#waitingSince = isDue ? (this.#waitingSince ?? now) : undefined
    } catch {
      // The request failed, usually because the connection is lost. `Connection` reports that to the task.
    } finally {
      this.#isAsking = false
    }
  }
}

async function look(queue: QueueLike, at: number): Promise<Seen> {
  const [counts, isPaused, concurrency, limitedMs] = await Promise.all([
    queue.getJobCounts(...(['wait', 'prioritized', 'active'] as never[])),
    queue.isPaused(),
    queue.getGlobalConcurrency?.(),
    queue.getRateLimitTtl(),
  ])
  const { wait = 0, prioritized = 0, active = 0 } = counts
  const jobs = wait + prioritized
  const isFull = typeof concurrency === 'number' && active >= concurrency
  return { at, jobs, isDue: jobs > 0 && !isPaused && !isFull && limitedMs <= 0 }
}
