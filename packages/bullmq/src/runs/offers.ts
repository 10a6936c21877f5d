import type { FleetTask } from '@runwell/core/adapter'
import type { BulkJobOptions } from 'bullmq'
import { Batch } from '../store/batch.ts'
import type { Connection } from '../store/connection.ts'
import { type JobData, placeOf } from '../store/job-data.ts'

interface Entry {
  readonly name: string
  readonly data: JobData
  readonly opts: BulkJobOptions
}

const placesPerCall = 500

/**
 * How long a slot that does not run stays in the queue. Without the random part, all slots of an outage would leave
 * the queue at once.
 */
function toldMs(): number {
  return 60_000 + Math.floor(Math.random() * 600_000)
}

/** Adds jobs to the queue in batches. The queue ignores a second job with the same id. */
export class Offers {
  readonly #connection: Connection
  readonly #added: Batch<Entry, string>

  constructor(connection: Connection) {
    this.#connection = connection
    this.#added = new Batch((entries) => this.#addAll(entries), byLock)
  }

  /**
   * Resolves with the id of the added job. If another job holds the place that `options` names (see `addIfFree`),
   * resolves with the id of the other job. The job may have been added even if the call rejects.
   */
  add(task: string, id: string, data: JobData, options: BulkJobOptions = {}): Promise<string> {
    return this.#added.ask({ name: task, data, opts: { jobId: id, ...options } })
  }

  /** Adds a slot that does not run, so that one process reports it. */
  addTold(task: string, id: string, data: Omit<JobData, 'kind'>): Promise<string> {
    return this.add(task, id, { ...data, kind: 'told' }, { delay: toldMs() })
  }

  /**
   * Adds the job if a place is free. A task has one place for each run that can be active in the fleet at the same
   * time.
   * @returns true if the job has a place, even if it got the place in an earlier call
   */
  async addIfFree(task: FleetTask, id: string, data: JobData): Promise<boolean> {
    const { limit } = task
    // First tries one place, then the other places, up to `placesPerCall` in one call. Only one place gets the job,
    // because the queue adds a job with the same id only once.
    const first = data.order % limit
    const places = Array.from({ length: limit }, (_, place) => place).filter((place) => place !== first)
    if (await this.#addToOne(task.task, [first], id, data)) return true
    for (let from = 0; from < places.length; from += placesPerCall)
      if (await this.#addToOne(task.task, places.slice(from, from + placesPerCall), id, data)) return true
    return false
  }

  async #addToOne(task: string, places: readonly number[], id: string, data: JobData): Promise<boolean> {
    const keys = places.map((place) => placeOf(task, place))
    const add = (): Promise<string[]> =>
      Promise.all(keys.map((key) => this.add(task, id, data, { deduplication: { id: key } })))
    const holders = await add()
    if (holders.includes(id)) return true
    const freed = await Promise.all(keys.map((key, at) => this.#freeStale(key, holders[at] ?? '')))
    return freed.includes(true) && (await add()).includes(id)
  }

  /**
   * Frees a place whose job has finished, was removed, or does not run. On PostgreSQL, a finished job that is added
   * again would keep its place forever.
   * @returns whether the place was freed
   */
  async #freeStale(key: string, holder: string): Promise<boolean> {
    const job = await this.#connection.ask(({ queue }) => queue.getJob(holder))
    const isLive = job !== undefined && job.finishedOn === undefined && job.data.kind === 'run'
    if (isLive) return false
    await this.#connection.ask(({ queue }) => queue.getBackend().removeDeduplicationKey(key, holder))
    return true
  }

  async #addAll(entries: readonly Entry[]): Promise<readonly string[]> {
    const jobs = await this.#connection.ask(({ queue }) => queue.addBulk([...entries]))
    return jobs.map(({ id }) => String(id))
  }
}

/**
 * Sorted, because PostgreSQL locks one job after the other. Two processes that add the same jobs in different orders
 * could deadlock.
 */
function byLock(one: Entry, other: Entry): number {
  return lockOf(one) < lockOf(other) ? -1 : 1
}

function lockOf({ opts: { deduplication, jobId } }: Entry): string {
  return deduplication?.id ?? String(jobId)
}
