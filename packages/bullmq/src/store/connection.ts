import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetHost } from '@runwell/core/adapter'
import { errorText } from '@runwell/core/adapter'
import type { Resolved } from '../options.ts'
import { closeNow, type OpenStore, openStore, type Processor } from './open-store.ts'
import { longestReconnectMs } from './redis-options.ts'
import { asSetupError, SetupError } from './setup-error.ts'
import { addressOf } from './store-address.ts'

/** If an answer takes longer than this, the store counts as down. */
const answerMs = 5_000
/** The time until the next try to open the store. It doubles after each try, up to `lastRetryMs`. */
const firstRetryMs = 500
const lastRetryMs = 30_000
/**
 * After an outage, other processes need up to this time to connect again. Until then, this process takes over no
 * runs.
 */
const returnMs = 2 * longestReconnectMs + 1_000

export class Connection {
  readonly #options: Resolved
  readonly #host: FleetHost
  readonly #processor: Processor
  readonly #onOpen: (store: OpenStore) => Promise<void>
  readonly #opening: Promise<void>
  readonly #noAnswer: string
  #store: OpenStore | undefined
  #retryMs = firstRetryMs
  #retry: NodeJS.Timeout | undefined
  #isClosed = false
  #isDown = false
  #lastWarning: string | undefined
  /** The last error of a connection while the store is being opened. Reported if the store does not answer. */
  #openingError: unknown
  /** The end of the last outage, in monotonic time. */
  #upAt = Number.NEGATIVE_INFINITY
  /** The answer to the only command that is sent while the store is down. */
  #firstAnswer: Promise<unknown> | undefined
  /** Called after an outage, before the supervisor sends the waiting slots. */
  onReturn: () => Promise<void> = async () => {}

  /** @param onOpen - called before the worker claims jobs; if it rejects, the store is opened again later */
  constructor(
    options: Resolved,
    host: FleetHost,
    processor: Processor,
    onOpen: (store: OpenStore) => Promise<void>,
  ) {
    this.#options = options
    this.#host = host
    this.#processor = processor
    this.#onOpen = onOpen
    const address = addressOf(options.store)
    this.#noAnswer = `The store${address === undefined ? '' : ` at ${address}`} has not answered for ${answerMs / 1_000} s`
    this.#opening = this.#open()
  }

  get store(): OpenStore | undefined {
    return this.#store
  }

  get isDown(): boolean {
    return this.#isDown || this.#store === undefined
  }

  /** True if the store is up, and the other processes have had time to connect again. */
  get isSettled(): boolean {
    return !this.isDown && this.#host.clock.monotonic() - this.#upAt >= returnMs
  }

  /**
   * Rejects if the store is down, or does not answer within `answerMs`. The store may still execute the command
   * later.
   */
  async ask<Result>(question: (store: OpenStore) => Promise<Result>): Promise<Result> {
    // At the start, waits for the first connection.
    if (this.#store === undefined && !this.#isDown) await this.#opening
    if (this.#store === undefined || this.#isDown || this.#isClosed)
      throw new Error('The store of the fleet is down')
    return this.inTime(question(this.#store))
  }

  /**
   * Sends a command even while the store is down. An answer ends the outage.
   * @returns `undefined` if the command fails, or if the store has not been opened yet
   */
  async probe<Result>(question: (store: OpenStore) => Promise<Result>): Promise<Result | undefined> {
    if (this.#store === undefined || this.#isClosed) return undefined
    try {
      if (this.#isDown) await this.#within(this.#untilItAnswers(this.#store))
      const result = await this.inTime(question(this.#store))
      if (this.#isDown) await this.#up()
      return result
    } catch {
      return undefined
    }
  }

  /**
   * Sends only one command during an outage. A client of Redis keeps all commands until it is connected again, and
   * would then send all of them.
   */
  #untilItAnswers({ fields }: OpenStore): Promise<unknown> {
    this.#firstAnswer ??= fields.getQueueMetaField('probed').finally(() => {
      this.#firstAnswer = undefined
    })
    return this.#firstAnswer
  }

  /**
   * Rejects if the answer takes longer than `answerMs`. In this case, and if the connection is lost, also reports
   * that the store is down.
   */
  async inTime<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      return await this.#within(answer)
    } catch (error) {
      if (!this.#isClosed && isLost(error)) this.#reportDown(error)
      throw error
    }
  }

  until(deadline: Date): Promise<void> {
    return sleep(Math.max(0, deadline.getTime() - this.#host.clock.now()), undefined, { ref: false })
  }

  /**
   * Waits until all claimed jobs are finished or given back, at most until `deadline`. During an outage, does not
   * wait.
   */
  async closeWorker(deadline: Date): Promise<void> {
    if (this.#store === undefined || this.#isDown) return
    const closing = this.#store.worker.close().catch(() => {})
    await Promise.race([closing, this.until(deadline)])
  }

  async close(deadline: Date): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    const store = this.#store
    if (store === undefined) return
    // During an outage, there is no answer to wait for.
    if (this.#isDown) return closeNow(store.queue, store.worker)
    void store.worker.close(true).catch(() => {})
    void store.worker.disconnect().catch(() => {})
    const closing = store.queue.close().then(() => true)
    const isClosed = await Promise.race([closing, this.until(deadline)]).catch(() => false)
    if (isClosed !== true) void store.queue.disconnect().catch(() => {})
  }

  async #open(): Promise<void> {
    const within = <Result>(step: Promise<Result>) => this.#within(step)
    this.#openingError = undefined
    try {
      const store = await openStore(
        this.#options,
        this.#host.instanceId,
        this.#processor,
        (error) => this.#onError(error),
        within,
      )
      if (this.#isClosed) {
        await store.worker.close(true)
        await store.queue.disconnect()
        return
      }
      this.#store = store
      this.#isDown = false
      await within(this.#onOpen(store)).catch((error: unknown) => {
        closeNow(store.queue, store.worker)
        throw error
      })
      if (this.#retry !== undefined) this.#upAt = this.#host.clock.monotonic()
      store.worker.run().catch((error: unknown) => this.#onError(error))
      this.#host.up()
    } catch (error) {
      this.#store = undefined
      if (this.#isClosed) return
      this.#reportDown(error instanceof NoAnswerError ? (this.#openingError ?? error) : error)
      this.#retry = setTimeout(() => void this.#open(), this.#retryMs)
      this.#retry.unref()
      this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2)
    }
  }

  /** Handles an error of the queue or the worker. Closes neither of them, because both continue by themselves. */
  #onError(error: unknown): void {
    if (this.#isClosed) return
    if (this.#store === undefined) this.#openingError = error
    else if (isLost(error) || (this.#isDown && saysWhy(asSetupError(error)))) this.#reportDown(error)
  }

  #reportDown(error: unknown): void {
    const told = asSetupError(error)
    if (this.#isDown && !saysWhy(told)) return
    this.#isDown = true
    this.#host.down(told)
    if (!(told instanceof SetupError) || told.message === this.#lastWarning) return
    this.#lastWarning = told.message
    this.#host.warn(told.message)
  }

  async #up(): Promise<void> {
    this.#isDown = false
    this.#upAt = this.#host.clock.monotonic()
    await this.onReturn()
    // The store may be down again now.
    if (!this.#isDown) this.#host.up()
  }

  #within<Result>(answer: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new NoAnswerError(this.#noAnswer)), answerMs)
      timer.unref()
      answer.then(resolve, reject).finally(() => clearTimeout(timer))
    })
  }
}

class NoAnswerError extends Error {}

/**
 * True if the error may replace the reason of an outage: it says why the store can't be reached now. Other errors of
 * an outage, such as `Connection is closed`, only say that it can't be reached.
 */
function saysWhy(error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: unknown }
  return error instanceof SetupError || (typeof code === 'string' && /^E[A-Z_]+$/.test(code))
}

const lostConnections =
  /ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOST|ENETUNREACH|Connection (is closed|terminated)|MaxRetriesPerRequest|LOADING|READONLY|^57P0|^08\d{3} |timeout exceeded/

function isLost(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true
  if (!(error instanceof Error)) return false
  return lostConnections.test(`${(error as { code?: unknown }).code} ${error.name} ${errorText(error)}`)
}
