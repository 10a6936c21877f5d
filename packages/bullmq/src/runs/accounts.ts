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
   * For each task, the slots of the account that this process sent last. The supervisor repeats an account that failed.
   * Then these slots are sent again although they are decided, because this process may have to report them.
   */
  readonly #sent = new Map<string, readonly number[]>()
  /**
   * For each lane, a promise that resolves when its newest account has been handled. A lane handles one account at a
   * time.
   */
  readonly #lanes: Promise<unknown>[] = []
  #count = 0

  constructor(connection: Connection, records: Records, offers: Offers, instanceId: string) {
    this.#connection = connection
    this.#records = records
    this.#offers = offers
    this.#instanceId = instanceId
  }

  /** Marks the slots of an account as decided, without a run. Resolves with the slots that this process must report. */
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
    // If another process has already added a job for a slot, the queue keeps that job and ignores the new one.
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
