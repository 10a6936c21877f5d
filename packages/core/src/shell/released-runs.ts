import { deferred } from '../base/deferred.ts'
import type { LiveRun } from './live-run.ts'

/**
 * Active runs of external tasks that were unregistered. Only the host can end these runs. A stop abandons them if
 * they do not end in time.
 */
export class ReleasedRuns {
  readonly #runs = new Set<LiveRun>()
  #allEnded: (() => void) | undefined

  add(run: LiveRun): void {
    this.#runs.add(run)
  }

  remove(run: LiveRun): void {
    this.#runs.delete(run)
    if (this.#runs.size === 0) this.#allEnded?.()
  }

  get isEmpty(): boolean {
    return this.#runs.size === 0
  }

  ended(): Promise<void> {
    const { promise, resolve } = deferred<void>()
    if (this.isEmpty) resolve()
    else this.#allEnded = resolve
    return promise
  }

  abandonAll(): readonly LiveRun[] {
    const left = [...this.#runs]
    for (const run of left) run.endAlone?.('abandoned')
    return left
  }
}
