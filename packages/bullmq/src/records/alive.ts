import type { FleetHost } from '@runwell/core/adapter'

/**
 * Decides which processes are alive. A process is alive if its journal (the list of its latest changes) has changed
 * within `silenceMs`.
 */
export class Alive {
  readonly #clock: FleetHost['clock']
  readonly #silenceMs: number
  readonly #heardAt = new Map<string, number>()
  /**
   * For each process id: awake time of its last sign of life. A change was made between two polls, so the time of the
   * earlier poll counts.
   */
  readonly #aliveAt = new Map<string, number>()
  #lookAt: number
  #lookBefore: number
  #goneAt: number | undefined
  #changes = 0

  /** @param silenceMs - after this time without a change, a process counts as dead */
  constructor(clock: FleetHost['clock'], silenceMs: number) {
    this.#clock = clock
    this.#silenceMs = silenceMs
    this.#lookAt = clock.awake()
    this.#lookBefore = this.#lookAt
  }

  /** The newest wall time at which a process was known to be alive before it left, died or withdrew a task. */
  get goneAt(): number | undefined {
    return this.#goneAt
  }

  /** Increases when a process joins, leaves or dies. */
  get changes(): number {
    return this.#changes
  }

  get all(): Iterable<string> {
    return this.#heardAt.keys()
  }

  has(id: string): boolean {
    return this.#heardAt.has(id)
  }

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

  withdrawn(): void {
    this.#goneAt = this.#clock.now()
  }

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
