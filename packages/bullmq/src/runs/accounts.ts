import type { FleetAccount } from '@runwell/core/adapter'
import type { Records } from '../records/records.ts'
import type { Connection } from '../store/connection.ts'
import { jobId } from '../store/job-data.ts'
import type { Offers } from './offers.ts'

/**
 * How many tasks are handled at the same time. After an outage, each task may have 100 slots that did not run. To send
 * all of them together would take so long that this process could not renew its leases.
 */
const accountsAtOnce = 8
/**
 * How many reads one task may have open. More would wait so long for a connection to PostgreSQL that the store would
 * seem down.
 */
const readsAtOnce = 10

/** Decides which process reports the slots that do not run. */
export class Accounts {
  readonly #connection: Connection
  readonly #records: Records
  readonly #offers: Offers
  readonly #instanceId: string
  /**
   * For each task, the slots that this process has sent last. If they are sent again, it may still be the one to report
   * them.
   */
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
    // If another process has offered or reported a slot, its job stays as it is.
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
