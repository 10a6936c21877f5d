import { type HealthRule, type Judgement, rule, type TaskFacts } from '@runwell/core'
import { errorText, formatMs } from '@runwell/core/adapter'
import { listener, type WorkerLike } from './worker-like.ts'

/** A connection may be gone this long before it is reported: a client reconnects by itself. */
const limitMs = 10_000
const connectionErrors = /ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOST|ENETUNREACH|Connection is closed/

/** Whether a worker has its connection to Redis. */
export class Connection {
  readonly rule: HealthRule
  #error: Error | undefined
  #isDown = false
  /** Awake time of the first judgement that found it down. */
  #since: number | undefined

  constructor(worker: WorkerLike) {
    this.rule = Object.freeze({
      ...rule('connection', () => undefined),
      describe: () => `no connection to Redis for ${formatMs(limitMs)}`,
      judge: (facts: TaskFacts) => this.#judge(facts.armedMs),
    })
    const on = listener(worker)
    on('ioredis:close', () => {
      this.#isDown = true
    })
    on('error', (error: Error) => {
      this.#error = error
      const isOfConnection = connectionErrors.test(`${(error as { code?: unknown }).code} ${error.message}`)
      if (isOfConnection) this.#isDown = true
      // biome-ignore lint/suspicious/noConsole: BullMQ writes an error there if nobody listens, and now we do
      else if (worker.listenerCount('error') === 1) console.error(error)
    })
    for (const event of ['ready', 'active']) {
      on(event, () => {
        this.#error = undefined
        this.onAnswer()
      })
    }
  }

  get isDown(): boolean {
    return this.#isDown
  }

  /** What the worker complained about last; `undefined` once it works. */
  get complaint(): string | undefined {
    return this.#error === undefined ? undefined : errorText(this.#error)
  }

  /** Redis has answered. */
  onAnswer(): void {
    this.#isDown = false
    this.#since = undefined
  }

  #judge(now: number): Judgement {
    const recheckInMs = limitMs / 2
    if (!this.#isDown) return { kind: 'fine', recheckInMs }
    if (this.#since === undefined || this.#since > now) this.#since = now
    const value = now - this.#since
    if (value < limitMs) return { kind: 'fine', recheckInMs }
    const cause = this.complaint === undefined ? '' : `: ${this.complaint}`
    const reason = `no connection to Redis for ${formatMs(value)}${cause}`
    return { kind: 'bad', status: 'unhealthy', value, limit: limitMs, reason, recheckInMs }
  }
}
