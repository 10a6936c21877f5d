import type { FleetAttempt, FleetHost } from '@runwell/core/adapter'
import { attemptField, parseAttempt, readAttemptField } from '../records/fields.ts'
import type { Records } from '../records/records.ts'
import type { Connection } from '../store/connection.ts'
import type { JobData } from '../store/job-data.ts'
import { jobId, keyOf } from '../store/job-data.ts'
import type { Lease } from './leases.ts'

/**
 * An attempt is written to the store only when it has lasted this long. This saves writes, because most attempts end
 * earlier.
 */
const longMs = 1_000
const maxChecked = 100

interface Kept {
  readonly attempt: number
  readonly slot: number | undefined
  since: number
  field: string | undefined
}

/** Writes active attempts to the store, so that a process that takes over a run knows them. */
export class Attempts {
  readonly #connection: Connection
  readonly #records: Records
  readonly #clock: FleetHost['clock']
  readonly #instanceId: string
  readonly #live = new Map<Lease, Kept>()
  /** The leases of attempts that are not written yet, the oldest first. */
  readonly #young = new Set<Lease>()
  #timer: NodeJS.Timeout | undefined

  constructor(connection: Connection, { clock, instanceId }: FleetHost, records: Records) {
    this.#connection = connection
    this.#clock = clock
    this.#instanceId = instanceId
    this.#records = records
  }

  watch(lease: Lease, attempt: number, slot: number | undefined): void {
    this.#live.set(lease, { attempt, slot, since: this.#clock.monotonic(), field: undefined })
    this.#young.add(lease)
    this.#lookIn(longMs)
  }

  async earlier(task: string, id: string, { left = [] }: JobData, attempt: number): Promise<FleetAttempt[]> {
    const fields = fieldsBefore(task, id, attempt)
    const values = await this.#connection.ask((store) => store.fields.getQueueMetaFields(fields))
    const byAttempt = new Map<number, FleetAttempt>()
    for (const value of values) {
      const lost = parseAttempt(value ?? '')
      if (lost !== undefined) byAttempt.set(lost.attempt, lost)
    }
    // `left` also contains when an attempt ended, so it replaces the value of the field.
    for (const stopped of left) byAttempt.set(stopped.attempt, stopped)
    return [...byAttempt.values()].sort((one, other) => one.attempt - other.attempt)
  }

  /** Removes the earlier attempts of a finished job, because no process will take over this job. */
  finished({ task, id }: Lease, attempt: number): void {
    if (attempt > 1) this.#records.forget(task, fieldsBefore(task, id, attempt))
  }

  /** If the lease is lost, keeps the field of the attempt, because the process that takes over the run reads it. */
  release(lease: Lease): void {
    const kept = this.#live.get(lease)
    if (kept === undefined) return
    this.#live.delete(lease)
    this.#young.delete(lease)
    if (kept.field !== undefined && !lease.isLost) this.#records.forget(lease.task, [kept.field])
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#young.clear()
  }

  /** Removes attempts of finished jobs. A process that died or was disconnected has left them in the store. */
  async sweep(
    all: Readonly<Record<string, string>>,
    isAlive: (instanceId: string) => boolean,
  ): Promise<void> {
    const own = new Set([...this.#live.values()].map(({ field }) => field))
    const doubtful = Object.entries(all).flatMap(([field, value]) => {
      const place = readAttemptField(field)
      if (place === undefined || own.has(field)) return []
      const instanceId = parseAttempt(value)?.instanceId
      const isOfOther = instanceId !== undefined && instanceId !== this.#instanceId && isAlive(instanceId)
      return isOfOther ? [] : [{ field, ...place }]
    })
    for (const { field, task, key } of doubtful.slice(0, maxChecked)) {
      const job = await this.#connection.ask(({ queue }) => queue.getJob(jobId(task, key)))
      if (job === undefined || job.finishedOn !== undefined) this.#records.forget(task, [field])
    }
  }

  #lookIn(ms: number): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => this.#look(), ms)
    this.#timer.unref()
  }

  #look(): void {
    this.#timer = undefined
    const now = this.#clock.monotonic()
    for (const lease of this.#young) {
      const kept = this.#live.get(lease)
      if (kept === undefined) continue
      const leftMs = kept.since + longMs - now
      if (leftMs > 1) return this.#lookIn(leftMs)
      this.#young.delete(lease)
      if (!lease.isLost) this.#tell(lease, kept)
    }
  }

  #tell(lease: Lease, kept: Kept): void {
    const attempt = lease.running?.attempt()
    if (attempt === undefined) return
    kept.field = attemptField(lease.task, keyOf(lease.id), kept.attempt)
    this.#records.keep(lease.task, kept.field, JSON.stringify({ ...attempt, slot: kept.slot }))
  }
}

function fieldsBefore(task: string, id: string, attempt: number): string[] {
  return Array.from({ length: attempt - 1 }, (_, before) => attemptField(task, keyOf(id), before + 1))
}
