import type { Connection } from '../store/connection.ts'

/**
 * Looks for jobs whose lock has ended, so that they are claimed again. After an outage of the store it waits until
 * other processes had time to renew the locks of their runs.
 */
export class Takeovers {
  readonly #connection: Connection
  readonly #checkMs: number
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  /** Whether this process leaves the search to other processes, because its clock is wrong. */
  isSuspended = false

  /** @param checkMs - how often it looks */
  constructor(connection: Connection, checkMs: number) {
    this.#connection = connection
    this.#checkMs = checkMs
    this.#lookLater()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #lookLater(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#look().finally(() => this.#lookLater()), this.#checkMs)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    if (this.isSuspended || !this.#connection.isSettled) return
    await this.#connection.ask(({ worker }) => worker.getBackend().moveStalledJobsToWait()).catch(() => {})
  }
}
