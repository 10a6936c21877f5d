import type { FleetAccount } from '@runwell/core/adapter'
import type { Records } from '../records/records.ts'
import type { Connection } from '../store/connection.ts'
import { jobId } from '../store/job-data.ts'
import type { Offers } from './offers.ts'

/**
 * After an outage, each task has an account of up to 100 slots. If this process sent all of them at once, it would be
 * busy for so long that it could not renew the leases of its runs.
 */
const accountsAtOnce = 8
/** More would wait for a connection to PostgreSQL for so long that the store would seem to be down. */
const readsAtOnce = 10

/** Decides which process reports the slots that do not run. */
export class Accounts {
  readonly #connection: Connection
  readonly #records: Records
  readonly #offers: Offers
  readonly #instanceId: string
  /** The slots of the last account of each task that this process has sent: it may have been the first. */
  readonly #sent = new Map<string, readonly number[]>()
  readonly #waiting: (() => void)[] = []
  #live = 0

  constructor(connection: Connection, records: Records, offers: Offers, instanceId: string) {
    this.#connection = connection
    this.#records = records
    this.#offers = offers
    this.#instanceId = instanceId
  }

  /** Decides the slots. Resolves with those that this process reports. */
  async account(account: FleetAccount): Promise<readonly number[]> {
    if (this.#live >= accountsAtOnce) await new Promise<void>((go) => this.#waiting.push(go))
    this.#live += 1
    try {
      return await this.#account(account)
    } finally {
      this.#live -= 1
      this.#waiting.shift()?.()
    }
  }

  async #account({ task, slots, to, schedule }: FleetAccount): Promise<readonly number[]> {
    const by = this.#instanceId
    await this.#records.readLastSlot(task)
    const before = new Set(this.#sent.get(task))
    const sent = slots.filter((slot) => before.has(slot) || !this.#records.isDecided(task, slot))
    this.#sent.set(task, sent)
    // A slot that another process has offered or accounted for stays as it is.
    await Promise.all(
      sent.map((slot) => this.#offers.add(task, jobId(task, slot), { kind: 'told', slot, order: slot, by })),
    )
    const own: number[] = []
    for (let from = 0; from < sent.length; from += readsAtOnce) {
      const some = sent.slice(from, from + readsAtOnce)
      const jobs = await Promise.all(
        some.map((slot) => this.#connection.ask(({ queue }) => queue.getJob(jobId(task, slot)))),
      )
      own.push(...some.filter((_, at) => jobs[at]?.data.kind === 'told' && jobs[at]?.data.by === by))
    }
    this.#records.decided(task, to, schedule)
    return own
  }
}
