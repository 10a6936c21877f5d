import { inNextTurn } from '../base/next-turn.ts'
import type { KernelEvent } from '../kernel/event.ts'

/** From this step on, the turn is watched. Fewer steps are never divided. */
export const fewSteps = 64
/** A turn is over after this many steps, or this long after it began to be watched. */
const mostSteps = 1_000
const longestMs = 50

/**
 * Counts the steps of one turn of the event loop. A task that triggers itself when it ends causes steps for ever, in the queue
 * of the kernel loop or in promise callbacks. Without a limit, no timer, no I/O and no signal would get its turn.
 */
export class Turn {
  readonly #onNext: () => void
  #steps = 0
  /** Monotonic time of the last step. Reading the clock at each call instead makes a triggered run a tenth slower. */
  #stepMono = 0
  #mostSteps = mostSteps
  #untilMono = Number.POSITIVE_INFINITY
  /** Whether the code that took the first steps has returned, so that later calls of this turn are promise callbacks. */
  #isInMicrotasks = false

  /** @param onNext - called in the next turn, if this one has taken more than a few steps */
  constructor(onNext: () => void) {
    this.#onNext = onNext
  }

  countStep(mono: number): void {
    this.#steps += 1
    this.#stepMono = mono
    if (this.#steps === fewSteps) this.#watch(mono)
  }

  /** Whether the event loop should get a turn. */
  isOver(mono: number): boolean {
    return this.#steps >= this.#mostSteps || mono >= this.#untilMono
  }

  /** The same for a call from outside. A loop of the user's code that makes thousands of calls is not divided. */
  isOverForCalls(): boolean {
    return this.#isInMicrotasks && this.isOver(this.#stepMono)
  }

  /** Lets this turn take as many steps as events have waited for it. Work that causes itself has one or two. */
  allow(steps: number): void {
    this.#mostSteps = Math.max(mostSteps, steps)
  }

  #watch(mono: number): void {
    this.#untilMono = mono + longestMs
    queueMicrotask(() => {
      this.#isInMicrotasks = this.#steps >= fewSteps
    })
    inNextTurn(this.#next)
  }

  readonly #next = (): void => {
    this.#steps = 0
    this.#mostSteps = mostSteps
    this.#untilMono = Number.POSITIVE_INFINITY
    this.#isInMicrotasks = false
    this.#onNext()
  }
}

/** A call of an external function, which goes on whether or not its events wait. */
export function isOfCaller(event: KernelEvent): boolean {
  return event.type === 'settled' || (event.type === 'trigger' && event.trigger === 'call')
}
