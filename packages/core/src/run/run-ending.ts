import type { RunResult } from '../observer.ts'

type Listener = (result: RunResult) => void

/** The end of a run, or of a unit, that observers are around: whoever asks is told of it, before it or after. */
export class RunEnding {
  #result: RunResult | undefined
  #listener: Listener | undefined
  #promise: Promise<RunResult> | undefined

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
