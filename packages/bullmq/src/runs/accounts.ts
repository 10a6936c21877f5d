import type { FleetAccount } from '@runwell/core/adapter'
import type { Records } from '../records/records.ts'
import type { Connection } from '../store/connection.ts'
import { jobId } from '../store/job-data.ts'
import type { Offers } from './offers.ts'

/**
 * This process handles at most this many accounts at the same time. An account lists slots that do not run. With more
 * accounts at the same time, the renewal of leases could come too late.
 */
const accountsAtOnce = 8
/**
 * At most this many jobs of one account are read at the same time. With more reads, some of them would wait too long
 * for a connection to PostgreSQL.
 */
const readsAtOnce = 10

/** Decides which process reports the slots that do not run. */
export class Accounts {
  readonly #connection: Connection
  readonly #records: Records
  readonly #offers: Offers
  readonly #instanceId: string
  /**
   * For each task: the slots of its last account that were not decided before. If the account failed, the supervisor
   * repeats it. Then these slots are added to the queue again, although they may be decided now.
   */
  readonly #sent = new Map<string, readonly number[]>()
  /** Accounts are spread over `accountsAtOnce` chains. Each account waits for the account before it in its chain. */
  readonly #lanes: Promise<unknown>[] = []
  #count = 0

  constructor(connection: Connection, records: Records, offers: Offers, instanceId: string) {
    this.#connection = connection
    this.#records = records
    this.#offers = offers
    this.#instanceId = instanceId
  }

  /** Resolves with the slots that this process must report. */
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
    // If a slot already has a job of another process, the queue ignores the new job.
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
