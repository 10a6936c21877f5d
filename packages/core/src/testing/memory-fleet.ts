import { type Duration, durationFrom, toMs } from '../base/duration.ts'
import type {
  Fleet,
  FleetAccount,
  FleetControl,
  FleetMember,
  FleetOffer,
  FleetRecord,
  FleetRequest,
  FleetResult,
  FleetVerdict,
} from '../fleet/fleet.ts'
import { MemoryFleetTask } from './memory-fleet-task.ts'
import type { MemoryMember } from './memory-member.ts'

/** Options of {@link MemoryFleet}. */
interface MemoryFleetOptions {
  /** After this time, other members take over the runs of a frozen or killed member. @defaultValue `'30s'` */
  readonly lease?: Duration | undefined
}

/**
 * A fleet in memory, for tests. Each supervisor of the test stands for one process.
 *
 * Call `member()` once for each supervisor. Give all supervisors the same `VirtualClock`.
 *
 * @example
 * const fleet = new MemoryFleet()
 * const [a, b] = [fleet.member(), fleet.member()]
 * const first = new Supervisor({ clock, fleet: a })
 * const second = new Supervisor({ clock, fleet: b })
 * fleet.kill(a)
 */
export class MemoryFleet {
  readonly leaseMs: number
  readonly #members = new Map<Fleet, MemoryMember>()
  readonly #tasks = new Map<string, MemoryFleetTask>()
  #error: Error | undefined

  /** @throws {@link InvalidOptionError} for an invalid lease. */
  constructor({ lease = 30_000 }: MemoryFleetOptions = {}) {
    this.leaseMs = toMs('lease', lease, durationFrom(1))
  }

  /** Returns the value of the option `fleet` for one supervisor. Call this method once for each supervisor. */
  member({ version }: { readonly version?: string | undefined } = {}): Fleet {
    const fleet: Fleet = {
      name: 'the memory fleet',
      version,
      join: (host) => {
        const member: MemoryMember = {
          host,
          tasks: new Map(),
          state: 'up',
          aliveAt: 0,
          lease: undefined,
          isLost: false,
          whenThawed: [],
        }
        this.#members.set(fleet, member)
        if (this.#error) host.down(this.#error)
        return this.#callsOf(fleet, member)
      },
    }
    return fleet
  }

  /**
   * Simulates that the process of a member dies. Functions of this process continue, but the fleet ignores their
   * results.
   */
  kill(fleet: Fleet): void {
    this.#lose(fleet, 'dead')
  }

  /** Simulates that the process of a member is frozen, as in a long garbage collection. */
  freeze(fleet: Fleet): void {
    this.#lose(fleet, 'frozen')
  }

  /** Ends the simulation of `freeze()`. The member then learns which of its runs it has lost. */
  thaw(fleet: Fleet): void {
    const member = this.#members.get(fleet)
    if (member?.state !== 'frozen') return
    member.state = 'up'
    member.lease?.cancel()
    member.isLost = false
    for (const go of member.whenThawed.splice(0)) go()
    this.#tell()
    for (const task of this.#tasks.values()) task.assign()
  }

  /** Simulates that no process can reach the store. */
  storeDown(error: Error = new Error('connect ECONNREFUSED')): void {
    this.#error = error
    for (const { host, state } of this.#members.values()) if (state === 'up') host.down(error)
  }

  storeUp(): void {
    this.#error = undefined
    this.#tell()
    for (const { host, state } of this.#members.values()) if (state === 'up') host.up()
    for (const task of this.#tasks.values()) task.assign()
  }

  /** Returns what the fleet knows about a task. Returns `undefined` if no member has registered the task. */
  record(task: string): FleetRecord | undefined {
    return this.#tasks.get(task)?.record()
  }

  #lose(fleet: Fleet, state: 'dead' | 'frozen'): void {
    const member = this.#members.get(fleet)
    if (member === undefined || member.state === 'dead') return
    const wasUp = member.state === 'up'
    member.state = state
    // A frozen member already has a timer for its lease. If the member is then killed, it needs no second timer.
    if (!wasUp) return
    member.aliveAt = member.host.clock.now()
    const lose = (): void => {
      member.isLost = true
      for (const task of this.#tasks.values()) task.takeFrom(member, 'lost')
      this.#tell()
    }
    member.lease = member.host.clock.timer(lose, this.leaseMs, false)
  }

  #tell(only?: string): void {
    if (this.#error) return
    for (const { host, state } of this.#members.values()) {
      if (state !== 'up') continue
      const known = [...this.#tasks].filter(([name]) => only === undefined || name === only)
      if (known.length > 0) host.know(new Map(known.map(([name, task]) => [name, task.record()])))
    }
  }

  #taskOf(name: string): MemoryFleetTask {
    let task = this.#tasks.get(name)
    if (task === undefined) {
      task = new MemoryFleetTask(name, {
        members: () => [...this.#members.values()],
        isDown: () => this.#error !== undefined,
        changed: () => this.#tell(name),
      })
      this.#tasks.set(name, task)
    }
    return task
  }

  #callsOf(fleet: Fleet, member: MemoryMember): FleetMember {
    const taskOf = (name: string): MemoryFleetTask => this.#taskOf(name)
    /** Waits while the member is frozen, and forever if it is dead. */
    const reach = async (): Promise<void> => {
      if (member.state === 'frozen') await new Promise<void>((go) => member.whenThawed.push(go))
      if (member.state === 'dead') await new Promise(() => {})
      if (this.#error) throw this.#error
    }
    return {
      define: (task) => {
        member.tasks.set(task.task, task)
        this.#taskOf(task.task).assign()
        this.#tell(task.task)
      },
      withdraw: (name) => {
        member.tasks.delete(name)
        member.aliveAt = member.host.clock.now()
        this.#taskOf(name).takeFrom(member, 'left')
        this.#tell(name)
      },
      async offer(offer: FleetOffer): Promise<FleetVerdict> {
        await reach()
        return taskOf(offer.task).offer(member, offer)
      },
      async account(account: FleetAccount): Promise<readonly number[]> {
        await reach()
        return taskOf(account.task).account(account)
      },
      async request(request: FleetRequest): Promise<FleetResult> {
        await reach()
        return taskOf(request.task).request(member, request)
      },
      async control(control: FleetControl): Promise<void> {
        await reach()
        taskOf(control.task).control(member, control)
      },
      close: async () => {
        if (member.state !== 'up') return
        member.aliveAt = member.host.clock.now()
        this.#members.delete(fleet)
        for (const task of this.#tasks.values()) task.takeFrom(member, 'left')
        this.#tell()
      },
    }
  }
}
