import { AsyncLocalStorage } from 'node:async_hooks'
import type { LiveRun } from './live-run.ts'

/** Before Node.js 24, `AsyncLocalStorage` slows down every promise of the process. */
export const hasCheapContext =
  Number.parseInt(process.versions.node, 10) >= 24 &&
  ![...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((text) =>
    text.includes('--no-async-context-frame'),
  )

/** Finds the run whose code makes a call. After an `await`, this works only if `hasCheapContext` is true. */
export class CurrentRun {
  #synchronous: LiveRun | undefined
  readonly #storage = hasCheapContext ? new AsyncLocalStorage<LiveRun>() : undefined

  get(): LiveRun | undefined {
    const run = this.#synchronous ?? this.#storage?.getStore()
    return run?.outcome === undefined && run?.settledMono === undefined ? run : undefined
  }

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
