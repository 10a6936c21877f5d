import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetHost, FleetRequest, FleetResult, FleetTask } from '@runwell/core/adapter'
import type { Connection } from '../store/connection.ts'
import { type JobData, jobId } from '../store/job-data.ts'
import type { StoreClock } from '../store/store-clock.ts'
import type { Answer } from './answers.ts'
import type { Offers } from './offers.ts'

/** The time between two checks for a result. It grows from `firstLookMs` to `lastLookMs`. */
const firstLookMs = 20
const lastLookMs = 1_000
/**
 * If no process starts a request within this time, the request is refused. For a request that has waited for another
 * run, `#longerUntil` in answers.ts extends this time.
 */
const waitMs = 30_000

export class Requests {
  readonly #connection: Connection
  readonly #host: FleetHost
  readonly #offers: Offers
  readonly #storeClock: StoreClock
  #isClosed = false

  constructor(connection: Connection, host: FleetHost, offers: Offers, storeClock: StoreClock) {
    this.#connection = connection
    this.#host = host
    this.#offers = offers
    this.#storeClock = storeClock
  }

  close(): void {
    this.#isClosed = true
  }

  /** @param hold - called if the request must wait for a run to end */
  async request(
    request: FleetRequest,
    task: FleetTask,
    hold: (id: string, data: JobData) => Promise<void>,
  ): Promise<FleetResult> {
    const { input, carrier } = request
    const id = jobId(task.task, `r-${request.id.replaceAll(':', '%3A')}`)
    const now = Math.floor(this.#storeClock.now())
    const data: JobData = {
      kind: 'run',
      order: now,
      until: now + waitMs,
      input,
      carrier,
      by: this.#host.instanceId,
    }
    if (!(await this.#offers.addIfFree(task, id, data))) {
      if (task.overlap === 'skip' || task.overlap === 'parallel') return { started: false, reason: 'overlap' }
      await hold(id, data)
    }
    return this.#resultOf(id)
  }

  async #resultOf(id: string): Promise<FleetResult> {
    let waited = id
    for (let lookMs = firstLookMs; !this.#isClosed; lookMs = Math.min(lastLookMs, lookMs * 1.5)) {
      await sleep(lookMs)
      const job = await this.#connection.ask(({ queue }) => queue.getJob(waited)).catch(() => null)
      // The store did not answer, but the run may still end.
      if (job === null) continue
      if (job === undefined) return { started: false, reason: 'host' }
      if (job.finishedOn === undefined) continue
      const answer = job.returnvalue as Answer | null
      if (answer === null) return { started: false, reason: 'host' }
      if ('result' in answer) return answer.result
      if ('dropped' in answer) return { started: false, reason: 'unregistered' }
      waited = answer.promoted
    }
    return { started: false, reason: 'stopping' }
  }
}
