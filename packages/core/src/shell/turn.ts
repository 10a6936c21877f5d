import { inNextTurn } from '../base/next-turn.ts'
import type { KernelEvent } from '../kernel/event.ts'

/** A turn with fewer steps is never ended early. */
export const fewSteps = 64
/** A turn is over after this many steps, or after `longestMs`. */
const mostSteps = 1_000
const longestMs = 50

/** Limits the steps in one turn of the event loop. A task that triggers itself must not block I/O. */
export class Turn {
  readonly #onNext: () => void
  #steps = 0
  /** Reading the clock at each call instead makes a triggered run 10 % slower. */
  #stepMono = 0
  #mostSteps = mostSteps
  #untilMono = Number.POSITIVE_INFINITY
  /** Whether the synchronous code has returned. Later calls come from promise callbacks. */
  #isInMicrotasks = false

  /** @param onNext - called after each turn that had at least `fewSteps` steps */
  constructor(onNext: () => void) {
    this.#onNext = onNext
  }

  countStep(mono: number): void {
    this.#steps += 1
    this.#stepMono = mono
    if (this.#steps === fewSteps) this.#watch(mono)
  }

  isOver(mono: number): boolean {
    return this.#steps >= this.#mostSteps || mono >= this.#untilMono
  }

  /** Whether a call must wait for the next turn. A synchronous loop of the user never waits. */
  isOverForCalls(): boolean {
    return this.#isInMicrotasks && this.isOver(this.#stepMono)
  }

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

/** The call of an external task happens anyway, so its event need not wait for the next turn. */
export function isOfCaller(event: KernelEvent): boolean {
  return event.type === 'settled' || (event.type === 'trigger' && event.trigger === 'call')
}
