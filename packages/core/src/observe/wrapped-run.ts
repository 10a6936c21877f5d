import type { RunResult, RunScope } from './observer.ts'

type Listener = (result: RunResult) => void

/** A run, or a unit, with observers around it. It begins inside their contexts and reports its end to them. */
export class WrappedRun<Subject> {
  readonly scope: RunScope
  readonly #subject: Subject
  readonly #begin: (subject: Subject) => void
  #result: RunResult | undefined
  #listener: Listener | undefined
  #promise: Promise<RunResult> | undefined

  /** @param begin - called with `subject`, so that all runs share one function instead of making a closure each */
  constructor(scope: RunScope, subject: Subject, begin: (subject: Subject) => void) {
    this.scope = scope
    this.#subject = subject
    this.#begin = begin
  }

  begin(): void {
    this.#begin(this.#subject)
  }

  /** Calls `listener` when the run ends; immediately if it has ended. */
  whenEnded(listener: Listener): void {
    if (this.#result !== undefined) return listener(this.#result)
    const former = this.#listener
    this.#listener =
      former === undefined
        ? listener
        : (result) => {
            former(result)
            listener(result)
          }
  }

  /** Made on demand, since a promise is expensive while AsyncLocalStorage is in use. It never rejects. */
  get promise(): Promise<RunResult> {
    this.#promise ??= new Promise((resolve) => this.whenEnded(resolve))
    return this.#promise
  }

  end(result: RunResult): void {
    this.#result = result
    this.#listener?.(result)
    this.#listener = undefined
  }
}
