import type { FleetHost, FleetRunning } from '@runwell/core/adapter'
import type { Connection } from '../store/connection.ts'

/** A claimed job that this process works on. */
export interface Lease {
  readonly id: string
  readonly token: string
  readonly task: string
  /** Wall time of the slot or request. The jobs of a task are ordered by this time. */
  readonly order: number
  running: FleetRunning | undefined
  /** True if a run of this job has ended in this process. */
  hasEnded: boolean
  /**
   * Monotonic time at which this process sent the last renewal that the store confirmed. Before the first renewal,
   * the time of the claim.
   */
  renewedAt: number
  isLost: boolean
}

/** With `whenCutOff: 'abort'`, a run is aborted when this part of its lease has passed without a confirmation. */
const cutOffRatio = 0.9

/**
 * Renews the locks of the jobs that this process works on. BullMQ itself would stop renewing them when the wall clock
 * is set back.
 */
export class Leases {
  readonly #connection: Connection
  readonly #clock: FleetHost['clock']
  readonly #leaseMs: number
  readonly #abortsWhenCutOff: boolean
  readonly #live = new Map<string, Lease>()
  #timer: NodeJS.Timeout | undefined
  #cutOff: NodeJS.Timeout | undefined
  #renewing: Promise<void> | undefined

  constructor(connection: Connection, clock: FleetHost['clock'], leaseMs: number, abortsWhenCutOff: boolean) {
    this.#connection = connection
    this.#clock = clock
    this.#leaseMs = leaseMs
    this.#abortsWhenCutOff = abortsWhenCutOff
  }

  /** Renews the lock from now on. An older lease of the same job is lost. */
  hold(lease: Omit<Lease, 'renewedAt' | 'isLost' | 'running' | 'hasEnded'>): Lease {
    const before = this.#live.get(lease.id)
    if (before !== undefined) this.#lose(before)
    const held: Lease = {
      ...lease,
      running: undefined,
      hasEnded: false,
      renewedAt: this.#clock.monotonic(),
      isLost: false,
    }
    this.#live.set(lease.id, held)
    this.#renewLater()
    this.#abortLater()
    return held
  }

  release(lease: Lease): void {
    if (this.#live.get(lease.id) === lease) this.#live.delete(lease.id)
  }

  /** Call this with the time since the store granted the lease. */
  began(lease: Lease, agoMs: number): void {
    lease.renewedAt -= Math.max(0, agoMs)
    this.#abortLater()
  }

  async confirm(lease: Lease): Promise<void> {
    if (this.#mayHaveEnded(lease)) await this.renew()
  }

  *of(task: string): Iterable<Lease> {
    for (const lease of this.#live.values()) if (lease.task === task) yield lease
  }

  /** For each run of this process whose result the store does not have: the name of its task. */
  get tasksOfRuns(): readonly string[] {
    const runs = [...this.#live.values()].filter(({ running, hasEnded }) => hasEnded || hasBegun(running))
    return runs.map(({ task }) => task)
  }

  close(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#cutOff)
    this.#live.clear()
  }

  /**
   * With `whenCutOff: 'abort'`, aborts runs whose leases were not renewed in time. Uses its own timer, because a
   * renewal can wait for the store for longer than a lease lasts.
   */
  #abortLater(): void {
    clearTimeout(this.#cutOff)
    this.#cutOff = undefined
    if (!this.#abortsWhenCutOff || this.#live.size === 0) return
    const leftMs = (lease: Lease): number =>
      lease.renewedAt + cutOffRatio * this.#leaseMs - this.#clock.monotonic()
    const soonestMs = Math.min(...[...this.#live.values()].map(leftMs))
    this.#cutOff = setTimeout(
      () => {
        for (const lease of this.#live.values()) if (leftMs(lease) <= 0) this.#lose(lease)
        this.#abortLater()
      },
      Math.max(1, Math.ceil(soonestMs)),
    )
    this.#cutOff.unref()
  }

  #renewLater(): void {
    this.#timer ??= setTimeout(() => {
      void this.renew().finally(() => {
        this.#timer = undefined
        if (this.#live.size > 0) this.#renewLater()
      })
    }, this.#leaseMs / 4)
  }

  renew(): Promise<void> {
    this.#renewing ??= this.#renewAll().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renewAll(): Promise<void> {
    const leases = [...this.#live.values()]
    if (leases.length === 0) return
    const askedAt = this.#clock.monotonic()
    try {
      const failed = await this.#connection.ask(({ worker }) =>
        worker.extendJobLocks(
          leases.map(({ id }) => id),
          leases.map(({ token }) => token),
          this.#leaseMs,
        ),
      )
      const refused = new Set(failed)
      const settle = async (lease: Lease): Promise<void> => {
        const isHeld = !refused.has(lease.id) || (await this.#takeBack(lease))
        if (isHeld) lease.renewedAt = askedAt
        else this.#lose(lease)
      }
      await Promise.all(leases.map(settle))
    } catch {
      // The next renewal tries again.
    }
  }

  #mayHaveEnded({ renewedAt }: Lease): boolean {
    return this.#clock.monotonic() - renewedAt >= this.#leaseMs
  }

  /** Locks a job again after Redis has deleted its lock. Resolves with `false` if the job is lost. */
  async #takeBack(lease: Lease): Promise<boolean> {
    if (!this.#mayHaveEnded(lease)) return false
    return this.#connection.ask(({ takeBack }) => takeBack(lease.id, lease.token, this.#leaseMs))
  }

  #lose(lease: Lease): void {
    if (lease.isLost || this.#live.get(lease.id) !== lease) return
    lease.isLost = true
    this.#live.delete(lease.id)
    lease.running?.lose()
  }
}

/** True if a run has started. False before its start, and if the supervisor has refused the run. */
export function hasBegun(running: FleetRunning | undefined): boolean {
  return running?.attempt() !== undefined
}
