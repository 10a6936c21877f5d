import type {
  FleetAccount,
  FleetControl,
  FleetHost,
  FleetMember,
  FleetOffer,
  FleetRequest,
  FleetResult,
  FleetTask,
  FleetVerdict,
} from '@runwell/core/adapter'
import type { Resolved } from './options.ts'
import { Records } from './records/records.ts'
import { Accounts } from './runs/accounts.ts'
import { Attempts } from './runs/attempts.ts'
import { Claims } from './runs/claims.ts'
import { InOrder } from './runs/in-order.ts'
import { Leases } from './runs/leases.ts'
import { Offers } from './runs/offers.ts'
import { Requests } from './runs/requests.ts'
import { Takeovers } from './runs/takeovers.ts'
import { Connection } from './store/connection.ts'
import { type JobData, jobId } from './store/job-data.ts'
import type { OpenStore } from './store/open-store.ts'
import { StoreClock } from './store/store-clock.ts'

/**
 * If a slot is older than this, another process has probably already decided whether it runs. So this process first
 * asks the store.
 */
const oldSlotMs = 10_000
const maxNamed = 5

export class Member implements FleetMember {
  readonly #host: FleetHost
  readonly #tasks = new Map<string, FleetTask>()
  readonly #inOrder = new InOrder()
  readonly #connection: Connection
  readonly #records: Records
  readonly #leases: Leases
  readonly #attempts: Attempts
  readonly #offers: Offers
  readonly #accounts: Accounts
  readonly #claims: Claims
  readonly #requests: Requests
  readonly #takeovers: Takeovers
  readonly #storeClock: StoreClock
  /** True on PostgreSQL, where the clocks of the processes decide when a lease ends. */
  readonly #leasesGoByClocks: boolean
  #isClockWrong = false

  constructor(options: Resolved, host: FleetHost) {
    this.#host = host
    this.#storeClock = new StoreClock(host.clock)
    this.#leasesGoByClocks = options.store.kind === 'postgres'
    this.#connection = new Connection(
      options,
      host,
      (job, token) => this.#claims.work(job, token),
      async (store) => {
        await this.#storeClock.read(store.time)
        await this.#records.open(store)
      },
    )
    this.#records = new Records(this.#connection, host, options.pollMs)
    this.#leases = new Leases(this.#connection, host.clock, options.leaseMs, options.abortsWhenCutOff)
    this.#attempts = new Attempts(this.#connection, host, this.#records)
    this.#offers = new Offers(this.#connection)
    this.#accounts = new Accounts(this.#connection, this.#records, this.#offers, host.instanceId)
    this.#claims = new Claims({
      connection: this.#connection,
      host,
      records: this.#records,
      leases: this.#leases,
      attempts: this.#attempts,
      offers: this.#offers,
      storeClock: this.#storeClock,
      tasks: this.#tasks,
      concurrency: options.concurrency,
    })
    this.#requests = new Requests(this.#connection, host, this.#offers, this.#storeClock)
    this.#takeovers = new Takeovers(this.#connection, options.checkMs)
    this.#connection.onReturn = () => this.#leases.renew()
    this.#records.onChange = (task) => this.#claims.replaceOld(task)
    this.#records.onLook = (store) => this.#checkClock(store)
    this.#records.onReadAll = (all, isAlive) => void this.#attempts.sweep(all, isAlive).catch(() => {})
  }

  define(task: FleetTask): void {
    this.#tasks.set(task.task, task)
    this.#records.define(task)
  }

  withdraw(task: string): void {
    this.#tasks.delete(task)
    this.#records.withdraw(task)
  }

  offer(offer: FleetOffer): Promise<FleetVerdict> {
    return this.#inOrder.ask(offer.task, () => this.#offer(offer))
  }

  account(account: FleetAccount): Promise<readonly number[]> {
    return this.#inOrder.ask(account.task, () => this.#account(account))
  }

  async request(request: FleetRequest): Promise<FleetResult> {
    const definition = this.#tasks.get(request.task)
    if (definition === undefined) return { started: false, reason: 'unregistered' }
    return this.#requests.request(request, definition, (id, data) => this.#hold(definition, id, data))
  }

  async control(control: FleetControl): Promise<void> {
    const { task, by, reason } = control
    const at = this.#host.clock.now()
    if (control.action === 'reschedule') {
      const { schedule } = control
      return this.#records.changeNow(task, { rescheduled: JSON.stringify({ at, by, schedule }) })
    }
    const paused = control.action === 'pause' ? JSON.stringify({ at, by, reason, until: control.until }) : ''
    return this.#records.changeNow(task, { paused })
  }

  async close(deadline: Date): Promise<void> {
    const { isDown } = this.#connection
    if (isDown) this.#warnOfUntold(this.#leases.tasksOfRuns)
    this.#claims.rest.end()
    this.#requests.close()
    this.#takeovers.close()
    // Waits for pending calls of `offer()` and `account()`, because `records.close()` must also write what they decide
    // about slots. During an outage, there is no answer to wait for.
    if (!isDown) await Promise.race([this.#inOrder.settled(), this.#connection.until(deadline)])
    await this.#connection.closeWorker(deadline)
    const isWritten = this.#records.close().catch(() => {})
    if (!isDown) await isWritten
    await this.#connection.close(deadline)
    this.#leases.close()
    this.#attempts.close()
  }

  #warnOfUntold(tasks: readonly string[]): void {
    if (tasks.length === 0) return
    const runs = tasks.length === 1 ? '1 run has' : `${tasks.length} runs have`
    const names = [...new Set(tasks)]
    const more = names.length > maxNamed ? ', …' : ''
    this.#host.warn(
      `This process stops while the store can't be reached. The store does not know that ${runs} ended here, so another process will start ${tasks.length === 1 ? 'it' : 'them'} again: ${names.slice(0, maxNamed).join(', ')}${more}`,
    )
  }

  async #offer({ task, slot, schedule, until, waits, carrier }: FleetOffer): Promise<FleetVerdict> {
    const definition = this.#tasks.get(task)
    if (definition === undefined || !(await this.#isDue(slot))) return { verdict: 'known' }
    const mayBeDecided =
      this.#records.copy.offersAfterMs(task) > 0 || this.#host.clock.now() - slot > oldSlotMs
    if (mayBeDecided) await this.#records.readLastSlot(task)
    if (this.#records.copy.isDecided(task, slot)) return { verdict: 'known' }
    // The store must have the definition of the task first. Without a definition, another process would drop the
    // slot.
    await this.#records.written(task)
    const by = this.#host.instanceId
    const data: JobData = { kind: 'run', slot, until, order: slot, carrier, by, ...(waits ? { waits } : {}) }
    const id = jobId(task, slot)
    if (!(await this.#offers.addIfFree(definition, id, data))) await this.#hold(definition, id, data)
    this.#records.decided(task, slot, schedule)
    return { verdict: 'accepted' }
  }

  async #account(account: FleetAccount): Promise<readonly number[]> {
    return (await this.#isDue(account.to)) ? this.#accounts.account(account) : []
  }

  /** Uses the clock of the store. A process whose own clock is ahead would decide about slots too early. */
  async #isDue(slot: number): Promise<boolean> {
    if (this.#storeClock.isDue(slot)) return true
    await this.#connection.ask((store) => this.#checkClock(store))
    return this.#storeClock.isDue(slot)
  }

  async #checkClock(store: OpenStore): Promise<void> {
    await this.#storeClock.read(store.time)
    const wrongByMs = this.#storeClock.wrongByMs()
    const matters = wrongByMs > 0 || (wrongByMs < 0 && this.#leasesGoByClocks)
    const isSuspended = matters && this.#leasesGoByClocks
    this.#takeovers.isSuspended = isSuspended
    this.#claims.rest.suspend(isSuspended)
    if (matters) {
      const seconds = Math.round(Math.abs(wrongByMs) / 1_000)
      const where = wrongByMs > 0 ? 'ahead of' : 'behind'
      this.#host.down(new Error(`The clock of this process is ${seconds} s ${where} that of the store`))
    } else if (this.#isClockWrong) this.#host.up()
    this.#isClockWrong = matters
  }

  /** Handles a slot or request that cannot start yet, because other runs of the task are active. */
  async #hold(definition: FleetTask, id: string, data: JobData): Promise<void> {
    const { task, overlap } = definition
    if (data.waits !== true && (overlap === 'queue' || overlap === 'cancel-previous')) {
      const isNewest = data.order > (this.#records.copy.number(task, 'waiting') ?? Number.NEGATIVE_INFINITY)
      const order = String(data.order)
      if (isNewest)
        await this.#records.changeNow(task, {
          waiting: order,
          ...(overlap === 'cancel-previous' ? { replaced: order } : {}),
        })
      this.#claims.replaceOld(task)
    }
    await this.#offers.add(task, id, { ...data, kind: 'held' })
  }
}
