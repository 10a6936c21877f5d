import type { FleetHost } from '@runwell/core/adapter'

/**
 * The processes that are alive. Whether one is alive depends only on when this process last heard of it: clocks of
 * different processes are not compared.
 */
export class Alive {
  readonly #clock: FleetHost['clock']
  readonly #silenceMs: number
  readonly #heardAt = new Map<string, number>()
  /**
   * When each process was surely alive, by its id: the time of the read before the one that showed its last message.
   * The process has written that message since then.
   */
  readonly #aliveAt = new Map<string, number>()
  #lookAt: number
  #lookBefore: number
  #goneAt: number | undefined
  #changes = 0

  /** @param silenceMs - a process that has sent nothing for this long is dead */
  constructor(clock: FleetHost['clock'], silenceMs: number) {
    this.#clock = clock
    this.#silenceMs = silenceMs
    this.#lookAt = clock.awake()
    this.#lookBefore = this.#lookAt
  }

  /** When the last process that has died or left was last known to be alive: wall time. */
  get goneAt(): number | undefined {
    return this.#goneAt
  }

  /** Increases when a process joins or is gone. */
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

  /** Called when a process has withdrawn a task, which counts as if the process had left. */
  withdrawn(): void {
    this.#goneAt = this.#clock.now()
  }

  /**
   * Removes and returns the processes that have sent nothing for too long. Time in which this process was blocked does
   * not count.
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
