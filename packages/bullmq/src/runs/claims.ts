import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from 'bullmq'
import { attemptOf, type JobData } from '../store/job-data.ts'
import { type AnswerParts, Answers, GivenBack } from './answers.ts'
import { hasBegun, type Lease } from './leases.ts'
import { Rest } from './rest.ts'

/** Time before a result is sent again. */
const pauseMs = 200

export interface ClaimParts extends Omit<AnswerParts, 'rest'> {
  readonly concurrency: number
}

/** Works on the jobs that this process has claimed, and sends their results to the store. */
export class Claims {
  readonly #parts: ClaimParts
  readonly #answers: Answers
  readonly rest: Rest
  /** How many calls of `work()` have not ended. */
  #working = 0

  constructor(parts: ClaimParts) {
    this.#parts = parts
    this.rest = new Rest(parts.connection)
    this.#answers = new Answers({ ...parts, rest: this.rest })
  }

  /**
   * Works on a claimed job. The call that sends its result usually also claims the next job for this loop. Always
   * rejects, so that BullMQ itself does nothing with the job.
   *
   * `#count(1)` must come before the first `await`, because it raises `worker.concurrency`. Otherwise, BullMQ could
   * wait for the end of a job before it claims the next job.
   */
  async work(claimed: Job<JobData>, token: string): Promise<never> {
    this.#count(1)
    try {
      let job: Job<JobData> | undefined = claimed
      while (job !== undefined) job = await this.#finish(job, token)
    } finally {
      this.#count(-1)
    }
    throw this.#parts.connection.store?.givenBack() ?? new GivenBack()
  }

  /**
   * Lets BullMQ claim at most one job more than this process works on. If the limit were 1,000, BullMQ would claim up
   * to 1,000 jobs before it passes the first of them to `work()`. While new jobs keep coming, no job would run.
   */
  #count(change: 1 | -1): void {
    this.#working += change
    const worker = this.#parts.connection.store?.worker
    if (worker) worker.concurrency = Math.min(this.#parts.concurrency, this.#working + 1)
  }

  /** Works on one job. Returns the next job, if the call that sent the result has claimed one. */
  async #finish(job: Job<JobData>, token: string): Promise<Job<JobData> | undefined> {
    const { data, name: task } = job
    const lease = this.#parts.leases.hold({ id: String(job.id), token, task, order: data.order })
    try {
      const answer = await (this.rest.mayClaim
        ? this.#answers.answer(job, lease)
        : this.#answers.giveBack(job, lease))
      lease.hasEnded = hasBegun(lease.running)
      lease.running = undefined
      const claimed = await this.#untilKnown(lease, (isFirst) =>
        // If the answer to a call is lost, the job that the call has claimed is unknown. So a repeated call claims no
        // job.
        job.moveToCompleted(answer, token, isFirst && this.rest.mayClaim),
      )
      this.#parts.attempts.finished(lease, attemptOf(job))
      return Array.isArray(claimed) ? this.#parts.connection.store?.jobFrom(claimed, token) : undefined
    } catch (error) {
      // A failed job would never run again, and its slot would be lost. So the job goes back to the queue.
      if (!(error instanceof GivenBack)) await this.#untilKnown(lease, () => job.moveToWait(token))
      return undefined
    } finally {
      this.#parts.leases.release(lease)
      this.#parts.attempts.release(lease)
    }
  }

  /**
   * Repeats the call until the store confirms or refuses it, the lease is lost, or this process stops. On PostgreSQL,
   * BullMQ itself tries only once.
   */
  async #untilKnown<Result>(
    lease: Lease,
    tell: (isFirst: boolean) => Promise<Result>,
  ): Promise<Result | undefined> {
    for (let isFirst = true; !lease.isLost; isFirst = false) {
      try {
        await this.#parts.leases.confirm(lease)
        if (lease.isLost) return undefined
        return await this.#parts.connection.ask(() => tell(isFirst))
      } catch (error) {
        if (this.rest.isOver || isRefusal(error)) return undefined
        await sleep(pauseMs)
      }
    }
    return undefined
  }

  replaceOld(task: string): void {
    this.#answers.replaceOld(task)
  }
}

/** True if the store says that this process no longer has the job. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'number' && code < 0
}
