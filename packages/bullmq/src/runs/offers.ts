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

/** The number of places that are tried in one call. */
const placesPerCall = 500

/**
 * How long the job of a slot that does not run stays in the queue. After an outage there may be thousands of such jobs.
 * The random part keeps them from leaving the queue all at once, which would delay runs.
 */
function toldMs(): number {
  return 60_000 + Math.floor(Math.random() * 600_000)
}

/**
 * Adds slots and requests to the queue. If two jobs have the same id, the queue keeps only the first. The jobs of one
 * turn of the event loop are added together.
 */
export class Offers {
  readonly #connection: Connection
  readonly #added: Batch<Entry, string>

  constructor(connection: Connection) {
    this.#connection = connection
    this.#added = new Batch((entries) => this.#addAll(entries), byLock)
  }

  /**
   * Adds a job. Resolves with its id, or with the id of the job that already has its place: see {@link placeOf}.
   * Rejects if it is not known whether the job was added.
   */
  add(task: string, id: string, data: JobData, options: BulkJobOptions = {}): Promise<string> {
    return this.#added.ask({ name: task, data, opts: { jobId: id, ...options } })
  }

  /** Adds a slot that does not run, so that one process reports it. Resolves as `add`. */
  addTold(task: string, id: string, data: Omit<JobData, 'kind'>): Promise<string> {
    return this.add(task, id, { ...data, kind: 'told' }, { delay: toldMs() })
  }

  /**
   * Adds a job if the task has a free place: it has one for each run that may be active in the fleet. The job has the
   * place until it has finished, whichever process works on it.
   *
   * @returns whether the queue has the job with a place, added by this call or earlier
   */
  async addIfFree(task: FleetTask, id: string, data: JobData): Promise<boolean> {
    const { limit } = task
    // The order chooses the first place to try. The others are tried together: only the first free one takes the job.
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
   * Frees a place unless an unfinished job of kind `run` has it. Returns whether it was freed. BullMQ on PostgreSQL
   * gives a free place to a job that is added again, even if that job has finished or was added without a place. Such a
   * job never frees the place.
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
 * PostgreSQL locks jobs one by one. If processes added them in different orders, they would block each other.
 */
function byLock(one: Entry, other: Entry): number {
  return lockOf(one) < lockOf(other) ? -1 : 1
}

function lockOf({ opts: { deduplication, jobId } }: Entry): string {
  return deduplication?.id ?? String(jobId)
}
