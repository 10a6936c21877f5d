import type { FleetHost } from '@runwell/core/adapter'

/**
 * The processes of the fleet that are alive. A process is alive if this process has seen a change of its journal
 * recently, measured by its own clock. Clocks of different processes are not compared.
 */
export class Alive {
  readonly #clock: FleetHost['clock']
  readonly #silenceMs: number
  readonly #heardAt = new Map<string, number>()
  /**
   * For each process id: the awake time of the last read that did not show the newest change of that process yet. So
   * the process wrote this change later, and was still alive then.
   */
  readonly #aliveAt = new Map<string, number>()
  #lookAt: number
  #lookBefore: number
  #goneAt: number | undefined
  #changes = 0

  /** @param silenceMs - a process whose journal has not changed for this long is taken for dead */
  constructor(clock: FleetHost['clock'], silenceMs: number) {
    this.#clock = clock
    this.#silenceMs = silenceMs
    this.#lookAt = clock.awake()
    this.#lookBefore = this.#lookAt
  }

  /** Of all processes that have died or left, the latest wall time at which one of them was known to be alive. */
  get goneAt(): number | undefined {
    return this.#goneAt
  }

  /** Increases when a process joins, leaves or dies. Values computed from the live processes are valid until then. */
  get changes(): number {
    return this.#changes
  }

  get all(): Iterable<string> {
    return this.#heardAt.keys()
  }

  has(id: string): boolean {
    return this.#heardAt.has(id)
  }

  /** Called before this process reads what the others have written. */
  looks(): void {
    this.#lookBefore = this.#lookAt
    this.#lookAt = this.#clock.awake()
  }

  heard(id: string): void {
    if (!this.#heardAt.has(id)) this.#changes += 1
    this.#heardAt.set(id, this.#clock.awake())
    this.#aliveAt.set(id, this.#lookBefore)
  }

  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#heardAt.keys()) if (!ids.has(id)) this.#remove(id)
  }

  /** Called when a process has withdrawn a task. `goneAt` then has the same value as if the process had left now. */
  withdrawn(): void {
    this.#goneAt = this.#clock.now()
  }

  /**
   * Removes the processes that have shown no change for longer than `silenceMs`, and returns their ids. Time in which
   * this process itself was blocked is not included.
   */
  takeDead(): string[] {
    const now = this.#clock.awake()
    const dead = [...this.#heardAt].filter(([, at]) => now - at > this.#silenceMs).map(([id]) => id)
    for (const id of dead) this.#remove(id)
    return dead
  }

  #remove(id: string): void {
    const aliveAt = this.#aliveAt.get(id) ?? this.#lookBefore
    const goneAt = this.#clock.now() - (this.#clock.awake() - aliveAt)
    this.#goneAt = Math.max(goneAt, this.#goneAt ?? goneAt)
    this.#heardAt.delete(id)
    this.#changes += 1
    this.#aliveAt.delete(id)
  }
}
