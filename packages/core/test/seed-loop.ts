import type { VirtualClock } from '../src/testing/index.ts'
import type { AddOptions, Body } from './seed-subject.ts'

class Cancelled extends Error {}

/** In this model, each timer fires this many milliseconds late. Only the monitor includes this delay. */
export const lateMs = 1

/** A coroutine of the modelled event loop. If it is cancelled, its current sleep rejects. */
export class Strand {
  readonly name: string
  readonly #clock: VirtualClock
  readonly #sleepers = new Set<() => void>()
  isDone = false
  isCancelled = false
  ended: Promise<void> = Promise.resolve()

  constructor(name: string, clock: VirtualClock) {
    this.name = name
    this.#clock = clock
  }

  begin(work: () => Promise<void>): void {
    this.isDone = false
    this.isCancelled = false
    const end = (): void => {
      this.isDone = true
    }
    this.ended = work().then(end, end)
  }

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const cancel = (): void => {
        timer.cancel()
        this.#sleepers.delete(cancel)
        reject(new Cancelled())
      }
      const timer = this.#clock.timer(() => {
        this.#sleepers.delete(cancel)
        resolve()
      }, ms)
      this.#sleepers.add(cancel)
    })

  cancel(): void {
    this.isCancelled = true
    for (const cancel of [...this.#sleepers]) cancel()
  }
}

export class Loop extends Strand {
  readonly owner: string
  readonly #body: Body
  readonly #everyMs: number | undefined
  readonly #clock: VirtualClock
  #isStopping = false
  runs = 0

  constructor(name: string, clock: VirtualClock, body: Body, { owner = 'app', everyMs }: AddOptions) {
    super(name, clock)
    this.#clock = clock
    this.owner = owner
    this.#body = body
    this.#everyMs = everyMs
    this.isDone = true
  }

  get isRunning(): boolean {
    return !this.isDone
  }

  start(): void {
    if (this.isRunning) return
    this.#isStopping = false
    this.begin(() => this.#work())
  }

  async #work(): Promise<void> {
    let due = this.#clock.monotonic()
    do {
      this.runs += 1
      await this.#body({ sleep: this.sleep })
      if (this.#isStopping || this.#everyMs === undefined) return
      due += this.#everyMs
      // A `stop()` during this wait takes effect only after the next run.
      await this.sleep(Math.max(0, due - this.#clock.monotonic()))
    } while (!this.isCancelled)
  }

  stop(): void {
    this.#isStopping = true
  }

  restart(): void {
    if (!this.isRunning) return this.start()
    if (this.isCancelled) return
    this.cancel()
    void this.ended.then(() => this.start())
  }
}
