import type { RunResult, RunScope } from './observer.ts'

type Listener = (result: RunResult) => void

/** A run, or a unit, with observers around it: how it begins inside their contexts, and who is told of its end. */
export class WrappedRun<Subject> {
  readonly scope: RunScope
  readonly #subject: Subject
  readonly #begin: (subject: Subject) => void
  #result: RunResult | undefined
  #listener: Listener | undefined
  #promise: Promise<RunResult> | undefined

  /** @param begin - is given `subject`, so that one function can serve all runs: each is on the path of every run */
  constructor(scope: RunScope, subject: Subject, begin: (subject: Subject) => void) {
    this.scope = scope
    this.#subject = subject
    this.#begin = begin
  }

  begin(): void {
    this.#begin(this.#subject)
  }

  /** Calls `listener` the moment it has ended; at once if it has. */
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

  /** Made when first asked for: beside AsyncLocalStorage a promise is not cheap. It never rejects. */
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
