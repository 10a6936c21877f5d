import { inNextTurn } from '../base/next-turn.ts'
import type { KernelEvent } from '../kernel/event.ts'

/** The time is measured from this step on. A turn with fewer steps is never ended early. */
export const fewSteps = 64
/** A turn is over after this many steps (`allow` can raise the number), or this long after the measurement began. */
const mostSteps = 1_000
const longestMs = 50

/**
 * Counts the steps of the kernel in one turn of the event loop. A task that triggers itself when it ends causes an
 * endless chain of runs, in the queue of the kernel loop or in promise callbacks. Without a limit, timers, I/O and
 * signals would never be handled.
 */
export class Turn {
  readonly #onNext: () => void
  #steps = 0
  /** Monotonic time of the last step. Reading the clock at each call instead makes a triggered run a tenth slower. */
  #stepMono = 0
  #mostSteps = mostSteps
  #untilMono = Number.POSITIVE_INFINITY
  /**
   * Whether the code that caused the first steps has returned. Later calls in this turn come from promise callbacks.
   */
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

  /** Whether the event loop should get a turn. */
  isOver(mono: number): boolean {
    return this.#steps >= this.#mostSteps || mono >= this.#untilMono
  }

  /**
   * Whether a call from user code must wait for the next turn. Only calls in promise callbacks wait. A synchronous loop
   * in user code never waits, even if it makes thousands of calls.
   */
  isOverForCalls(): boolean {
    return this.#isInMicrotasks && this.isOver(this.#stepMono)
  }

  /** Allows at least `steps` steps in this turn, so that all events that waited for this turn can be handled. */
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

/**
 * Whether the event may come from a call of an external task. A delay of the event would not delay that call, so the
 * event need not wait for the next turn.
 */
export function isOfCaller(event: KernelEvent): boolean {
  return event.type === 'settled' || (event.type === 'trigger' && event.trigger === 'call')
}
