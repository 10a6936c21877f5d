import type { Connection } from '../store/connection.ts'

/**
 * Searches for jobs whose lock has ended. After an outage, the search waits until other processes have had time to
 * renew their locks.
 */
export class Takeovers {
  readonly #connection: Connection
  readonly #checkMs: number
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  /**
   * True while this process must not search: its clock differs from the clock of the store by more than 5 s. Used
   * only on PostgreSQL, where the clocks of the processes decide whether a lock has ended.
   */
  isSuspended = false

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
