import type { LiveRun } from '../shell/live-run.ts'
import { scopeOf, type UnitPart } from '../shell/run-scope.ts'
import type { RunResult, RunScope } from './observer.ts'

type Listener = (result: RunResult) => void

/** A run, or a unit, with observers around it: how it begins inside their contexts, and who is told of its end. */
export class Passage {
  readonly scope: RunScope
  readonly #run: LiveRun
  readonly #begin: (run: LiveRun) => void
  #result: RunResult | undefined
  #listener: Listener | undefined
  #promise: Promise<RunResult> | undefined

  /** @param begin - is handed the run, so that one function can serve all runs: each is on the path of every run */
  constructor(run: LiveRun, unit: UnitPart | undefined, begin: (run: LiveRun) => void) {
    this.scope = scopeOf(run, unit)
    this.#run = run
    this.#begin = begin
  }

  begin(): void {
    this.#begin(this.#run)
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
