import type { FleetTask } from '@runwell/core/adapter'
import type { BulkJobOptions } from 'bullmq'
import type { Connection } from '../store/connection.ts'
import { type JobData, placeOf } from '../store/job-data.ts'

interface Entry {
  readonly name: string
  readonly data: JobData
  readonly opts: BulkJobOptions
}

interface Pending {
  readonly entry: Entry
  readonly resolve: (id: string) => void
  readonly reject: (error: unknown) => void
}

/** So many jobs are added in one call. */
const perCall = 500

/**
 * Adds slots and requests to the queue. What is added twice under one id is there once. What is added in the same turn goes in
 * one call.
 */
export class Offers {
  readonly #connection: Connection
  #pending: Pending[] = []

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Adds a job. Resolves with its id, or with the id of the job that has its place. Rejects if nothing is known. */
  add(task: string, id: string, data: JobData, place?: string): Promise<string> {
    const opts: BulkJobOptions =
      place === undefined ? { jobId: id } : { jobId: id, deduplication: { id: place } }
    return new Promise((resolve, reject) => {
      this.#pending.push({ entry: { name: task, data, opts }, resolve, reject })
      if (this.#pending.length === 1) setImmediate(() => this.#send())
    })
  }

  /**
   * Adds a job if the task has a place for one more live run in the fleet. The store keeps the place until the job has finished,
   * whoever works on it.
   *
   * @returns whether the job is there, now or since earlier
   */
  async addIfFree(task: FleetTask, id: string, data: JobData): Promise<boolean> {
    const { limit } = task
    if (limit === 1) return (await this.add(task.task, id, data, placeOf(task.task, 0))) === id
    // Any place will do if few are taken. Once the job is there, adding it again changes nothing.
    const first = data.order % limit
    if ((await this.add(task.task, id, data, placeOf(task.task, first))) === id) return true
    const places = Array.from({ length: limit }, (_, place) => place).filter((place) => place !== first)
    for (let from = 0; from < places.length; from += perCall) {
      const some = places.slice(from, from + perCall)
      const ids = await Promise.all(
        some.map((place) => this.add(task.task, id, data, placeOf(task.task, place))),
      )
      if (ids.includes(id)) return true
    }
    return false
  }

  #send(): void {
    const all = this.#pending
    this.#pending = []
    for (let from = 0; from < all.length; from += perCall) void this.#addAll(all.slice(from, from + perCall))
  }

  async #addAll(some: readonly Pending[]): Promise<void> {
    try {
      const jobs = await this.#connection.ask(({ queue }) => queue.addBulk(some.map(({ entry }) => entry)))
      for (const [index, { resolve }] of some.entries()) resolve(String(jobs[index]?.id))
    } catch (error) {
      for (const { reject } of some) reject(error)
    }
  }
}
