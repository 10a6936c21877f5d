import type { Connection } from '../store/connection.ts'

/**
 * Decides whether this process claims jobs. After this process has given back a job, claiming pauses, so that another
 * process can claim the job.
 */
export class Rest {
  readonly #connection: Connection
  #isOver = false
  #isSuspended = false
  #resuming: NodeJS.Timeout | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** A paused worker can still claim one job. This process must then give that job back. */
  get mayClaim(): boolean {
    return !this.#isOver && this.#connection.store?.worker.isPaused() === false
  }

  get isOver(): boolean {
    return this.#isOver
  }

  end(): void {
    this.#isOver = true
    this.pause(0)
  }

  suspend(isSuspended: boolean): void {
    if (isSuspended === this.#isSuspended) return
    this.#isSuspended = isSuspended
    this.pause(0)
  }

  pause(ms: number): void {
    clearTimeout(this.#resuming)
    const worker = this.#connection.store?.worker
    if (worker === undefined) return
    void worker.pause(true).catch(() => {})
    if (this.#isOver || this.#isSuspended) return
    this.#resuming = setTimeout(() => void worker.resume(), ms)
  }
}
