import { inNextTurn } from '../base/next-turn.ts'
import type { KernelEvent } from '../kernel/event.ts'

/** A turn of the event loop is never interrupted before this number of kernel steps. */
export const fewSteps = 64
/**
 * A turn ends after this number of steps. If more events have waited for the turn, it may handle all of them. A turn
 * also ends `longestMs` after step number `fewSteps`.
 */
const mostSteps = 1_000
const longestMs = 50

/** Limits the kernel steps in one turn of the event loop, so that a task that triggers itself does not block I/O. */
export class Turn {
  readonly #onNext: () => void
  #steps = 0
  /** The time of the last step. Reading the clock at each call would make a triggered run 10 % slower. */
  #stepMono = 0
  #mostSteps = mostSteps
  #untilMono = Number.POSITIVE_INFINITY
  /** True after the synchronous code of this turn has returned. Further calls then come from promise callbacks. */
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

  /** Whether a call must wait for the next turn. Calls in synchronous code of the user never wait. */
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

/**
 * True for the start and the end of a run that other code starts. That code does not wait for the supervisor, so the
 * event must be handled in the current turn. The end of a run that the supervisor starts never gets here: see
 * `dispatchInRoot`.
 */
export function isOfCaller(event: KernelEvent): boolean {
  return event.type === 'settled' || (event.type === 'trigger' && event.trigger === 'call')
}
