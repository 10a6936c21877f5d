import { AsyncLocalStorage } from 'node:async_hooks'
import type { LiveRun } from './live-run.ts'

/**
 * From Node 24 on, async context costs almost nothing. In older versions, a single `AsyncLocalStorage` slows down every
 * promise of the process.
 */
export const hasCheapContext =
  Number.parseInt(process.versions.node, 10) >= 24 &&
  ![...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((text) =>
    text.includes('--no-async-context-frame'),
  )

/**
 * Knows which run makes a call: always in the synchronous part of the run's function, and after an `await` only if
 * async context is cheap.
 */
export class CurrentRun {
  #synchronous: LiveRun | undefined
  readonly #storage = hasCheapContext ? new AsyncLocalStorage<LiveRun>() : undefined

  /** The run that makes the current call; `undefined` outside of runs and once the run has ended. */
  get(): LiveRun | undefined {
    const run = this.#synchronous ?? this.#storage?.getStore()
    return run?.outcome === undefined && run?.settledMono === undefined ? run : undefined
  }

  /** Calls `fn`, which is code of `run`. */
  within<Arg, Result>(run: LiveRun, fn: (arg: Arg) => Result, arg: Arg): Result {
    const outer = this.#synchronous
    this.#synchronous = run
    try {
      return this.#storage ? this.#storage.run(run, fn, arg) : fn(arg)
    } finally {
      this.#synchronous = outer
    }
  }
}
