import type { FleetHost } from '@runwell/core/adapter'

/**
 * The processes that are alive. Depends only on when this process last heard of each one: clocks of different processes
 * are not compared.
 */
export class Alive {
  readonly #clock: FleetHost['clock']
  readonly #silenceMs: number
  readonly #heardAt = new Map<string, number>()

  /** @param silenceMs - a process that has sent nothing for this long is dead */
  constructor(clock: FleetHost['clock'], silenceMs: number) {
    this.#clock = clock
    this.#silenceMs = silenceMs
  }

  get all(): Iterable<string> {
    return this.#heardAt.keys()
  }

  has(id: string): boolean {
    return this.#heardAt.has(id)
  }

  heard(id: string): void {
    this.#heardAt.set(id, this.#clock.awake())
  }

  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#heardAt.keys()) if (!ids.has(id)) this.#heardAt.delete(id)
  }

  /**
   * Removes and returns the processes that have sent nothing for too long. Time in which this process was blocked does
   * not count.
   */
  takeDead(): string[] {
    const now = this.#clock.awake()
    const dead = [...this.#heardAt].filter(([, at]) => now - at > this.#silenceMs).map(([id]) => id)
    for (const id of dead) this.#heardAt.delete(id)
    return dead
  }
}
