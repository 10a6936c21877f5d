import type { Clock, ClockTimer } from '../base/clock.ts'
import { inRootContext } from '../base/root-context.ts'

const forgottenAfterMs = 10_000

export class StartReminder {
  readonly #clock: Clock
  readonly #count: () => number
  readonly #say: (line: string) => void
  #timer: ClockTimer | undefined
  #isOver = false

  constructor(clock: Clock, count: () => number, say: (line: string) => void) {
    this.#clock = clock
    this.#count = count
    this.#say = say
  }

  arm(): void {
    if (this.#isOver || this.#timer !== undefined) return
    const remind = (): void => this.#remind()
    this.#timer = inRootContext(() => this.#clock.timer(remind, forgottenAfterMs, false), undefined)
  }

  cancel(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }

  #remind(): void {
    this.#timer = undefined
    const count = this.#count()
    if (this.#isOver || count === 0) return
    this.#isOver = true
    const tasks = count === 1 ? '1 task is registered' : `${count} tasks are registered`
    this.#say(
      `${tasks}, but start() was not called for 10 s. Call supervisor.start(): before that, no schedule starts, and no task is judged`,
    )
  }
}
