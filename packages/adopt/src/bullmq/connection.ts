import type { ExternalTask } from '@runwell/core'
import { errorText } from '@runwell/core/adapter'
import { listener, type WorkerLike } from './worker-like.ts'

const connectionErrors = /ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOST|ENETUNREACH|Connection is closed/

export class Connection {
  #task: ExternalTask | undefined
  #error: Error | undefined
  #isDown = false

  get isDown(): boolean {
    return this.#isDown
  }

  /** The last error of the worker. It is removed when the worker connects or starts a job. */
  get complaint(): string | undefined {
    return this.#error === undefined ? undefined : errorText(this.#error)
  }

  follow(worker: WorkerLike, task: ExternalTask): void {
    this.#task = task
    const on = listener(worker)
    on('ioredis:close', () => this.#lose(new Error('The connection to Redis was closed')))
    on('error', (error: Error) => {
      this.#error = error
      if (connectionErrors.test(`${(error as { code?: unknown }).code} ${error.message}`)) this.#lose(error)
      // biome-ignore lint/suspicious/noConsole: BullMQ writes an error there without a listener, and now there is one
      else if (worker.listenerCount('error') === 1) console.error(error)
    })
    for (const event of ['ready', 'active']) {
      on(event, () => {
        this.#error = undefined
        this.onAnswer()
      })
    }
  }

  onAnswer(): void {
    this.#isDown = false
    this.#task?.up()
  }

  #lose(error: Error): void {
    this.#isDown = true
    this.#task?.down(error)
  }
}
