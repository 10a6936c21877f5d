import type { Connection } from '../store/connection.ts'

/**
 * Decides whether this process claims jobs. After this process has given a job back, it claims none for a while.
 * Otherwise it would be the first to claim that job again.
 */
export class Rest {
  readonly #connection: Connection
  #isOver = false
  #isSuspended = false
  #resuming: NodeJS.Timeout | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Whether this process may claim jobs now. A worker that was waiting for a job when it was paused still claims one.
   * `Claims` then gives that job back.
   */
  get mayClaim(): boolean {
    return !this.#isOver && this.#connection.store?.worker.isPaused() === false
  }

  /** Whether this process claims no more jobs, because it stops. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Claims no more jobs. Jobs that wait in this process for a run to end are given back. */
  end(): void {
    this.#isOver = true
    this.pause(0)
  }

  /** After `suspend(true)`, claims no jobs until `suspend(false)` is called. */
  suspend(isSuspended: boolean): void {
    if (isSuspended === this.#isSuspended) return
    this.#isSuspended = isSuspended
    this.pause(0)
  }

  /** Claims no jobs for this time. */
  pause(ms: number): void {
    clearTimeout(this.#resuming)
    const worker = this.#connection.store?.worker
    if (worker === undefined) return
    void worker.pause(true).catch(() => {})
    if (this.#isOver || this.#isSuspended) return
    this.#resuming = setTimeout(() => void worker.resume(), ms)
  }
}
