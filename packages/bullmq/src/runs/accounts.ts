import type { FleetAccount } from '@runwell/core/adapter'
import type { Records } from '../records/records.ts'
import type { Connection } from '../store/connection.ts'
import { jobId } from '../store/job-data.ts'
import type { Offers } from './offers.ts'

/**
 * How many accounts are sent at once. An account lists slots of a task that do not run. After an outage, each task has
 * one with up to 100 slots. If this process sent all accounts at once, it would be busy for so long that it could not
 * renew the leases of its runs.
 */
const accountsAtOnce = 8
/**
 * How many jobs of one account are read at once. With more, some would wait so long for a connection to PostgreSQL that
 * the store would seem to be down.
 */
const readsAtOnce = 10

/** Decides which process reports the slots that do not run. */
export class Accounts {
  readonly #connection: Connection
  readonly #records: Records
  readonly #offers: Offers
  readonly #instanceId: string
  /**
   * The slots of the last account that this process has sent for each task. An account lists slots that do not run. If
   * it is repeated, its slots are sent again although they are decided: this process may have been the first to send
   * them.
   */
  readonly #sent = new Map<string, readonly number[]>()
  /** The newest account of each lane. The accounts of a lane are sent one after the other. */
  readonly #lanes: Promise<unknown>[] = []
  #count = 0

  constructor(connection: Connection, records: Records, offers: Offers, instanceId: string) {
    this.#connection = connection
    this.#records = records
    this.#offers = offers
    this.#instanceId = instanceId
  }

  /** Marks the slots of an account, which do not run, as decided. Resolves with those that this process reports. */
  account(account: FleetAccount): Promise<readonly number[]> {
    const lane = this.#count % accountsAtOnce
    this.#count += 1
    const sent = (this.#lanes[lane] ?? Promise.resolve()).then(() => this.#account(account))
    this.#lanes[lane] = sent.catch(() => {})
    return sent
  }

  async #account({ task, slots, to, schedule }: FleetAccount): Promise<readonly number[]> {
    const by = this.#instanceId
    await this.#records.readLastSlot(task)
    const before = new Set(this.#sent.get(task))
    const sent = slots.filter((slot) => before.has(slot) || !this.#records.copy.isDecided(task, slot))
    this.#sent.set(task, sent)
    // If another process has offered a slot or accounted for it, its job is in the queue, and this adds no second one.
    await Promise.all(
      sent.map((slot) => this.#offers.addTold(task, jobId(task, slot), { slot, order: slot, by })),
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
