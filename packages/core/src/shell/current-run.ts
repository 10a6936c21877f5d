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
 * Finds the run that makes a call. Before the first `await` of the run's function this always works. After an `await`
 * it works only if `hasCheapContext`.
 */
export class CurrentRun {
  #synchronous: LiveRun | undefined
  readonly #storage = hasCheapContext ? new AsyncLocalStorage<LiveRun>() : undefined

  /** The run that makes the current call; `undefined` outside of runs and once the run has ended. */
  get(): LiveRun | undefined {
    const run = this.#synchronous ?? this.#storage?.getStore()
    return run?.outcome === undefined && run?.settledMono === undefined ? run : undefined
  }

  /** Calls `fn`, which is code of `run`, so that `get()` returns `run` meanwhile. */
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
