import { InvalidOptionError, toError } from '../base/errors.ts'
import { cutText } from '../base/text.ts'
import { extendedEnd } from '../kernel/stop.ts'
import type { RunResult } from '../observe/observer.ts'
import { WrappedRun } from '../observe/wrapped-run.ts'
import type { StopOptions } from '../shutdown/report.ts'
import { emit } from './emit.ts'
import type { KernelLoop } from './kernel-loop.ts'
import type { LiveRun } from './live-run.ts'
import type { ContextHost } from './live-run-context.ts'
import { runPart, scopeOf } from './run-scope.ts'

/** Longest timer of Node; a longer one fires at once. */
const longestTimerMs = 2 ** 31 - 1

/** What runs ask for through their context. */
export class ContextCalls implements ContextHost {
  readonly #kernelLoop: KernelLoop
  readonly #stop: (options: StopOptions | undefined) => void

  constructor(kernelLoop: KernelLoop, stop: (options: StopOptions | undefined) => void) {
    this.#kernelLoop = kernelLoop
    this.#stop = stop
  }

  beat(run: LiveRun, note: string | undefined): void {
    run.beats += 1
    run.record.metrics.beat(this.#kernelLoop.clock.now())
    this.#sign(run, note === undefined ? undefined : cutText(String(note), 200))
  }

  /**
   * A sign of life. What is no beat promises no next one: a consumer that does units of work may have none for long,
   * and is not hung.
   */
  #sign(run: LiveRun, note: string | undefined): void {
    const { clock } = this.#kernelLoop
    run.beat(clock.awake(), clock.now(), note)
    this.#ready(run, 'beat')
  }

  ready(run: LiveRun): void {
    this.#ready(run, 'ready')
  }

  /** Only a loop has a start of its own that is worth telling. */
  #ready(run: LiveRun, how: 'ready' | 'beat'): void {
    if (run.state.isReady || !run.record.info.schedule.restarts) return
    this.#kernelLoop.dispatch({ type: 'ready', task: run.record.info.name, run: run.state.id, how })
  }

  extend(run: LiveRun, ms: number): number {
    const { kernel, clock } = this.#kernelLoop
    // Asked before it is granted: inside a listener of the abort, where most will ask, that has to wait its turn.
    const until = extendedEnd(kernel, run.state, ms)
    this.#kernelLoop.dispatch({ type: 'extend', task: run.record.info.name, run: run.state.id, ms })
    return Math.max(0, until - clock.monotonic())
  }

  sleep(run: LiveRun, ms: number): Promise<void> {
    const { clock } = this.#kernelLoop
    // A turn of the event loop at least: a run that does not look whether it is aborted would else hold it for ever.
    // One that was abandoned for it no longer keeps the process alive.
    const isKept = run.outcome !== 'abandoned'
    if (run.reason !== undefined) return new Promise((resolve) => void clock.timer(resolve, 0, isKept))
    const until = clock.monotonic() + ms
    return new Promise((resolve) => {
      let timer = clock.timer(check, Math.min(ms, longestTimerMs), true)
      const off = run.onAbort(() => {
        timer.cancel()
        resolve()
      })
      function check(): void {
        const left = until - clock.monotonic()
        if (left > 0) {
          timer = clock.timer(check, Math.min(left, longestTimerMs), true)
          return
        }
        off()
        resolve()
      }
    })
  }

  async unit<Result>(run: LiveRun, name: string, fn: () => Result | Promise<Result>): Promise<Result> {
    if (typeof name !== 'string' || name === '' || name.length > 120) {
      throw new InvalidOptionError('unit', 'a name of 1 to 120 characters', name)
    }
    const { clock, observers } = this.#kernelLoop
    const startedAt = clock.now()
    const startedMono = clock.monotonic()
    let working: Promise<Result> | undefined
    const start = (): void => {
      working = (async () => fn())()
    }
    const wrappedRun = observers.wrapsRuns
      ? new WrappedRun(scopeOf(run, { name, startedAt }), undefined, start)
      : undefined
    if (wrappedRun) observers.around(wrappedRun)
    else start()
    const done = (outcome: RunResult['outcome'], error: Error | undefined): void => {
      const durationMs = clock.monotonic() - startedMono
      this.#sign(run, name)
      this.#emitUnit(run, name, outcome, durationMs, error)
      wrappedRun?.end({ outcome, error, durationMs, attempt: 1, abortedFor: run.state.abortedFor })
    }
    try {
      const result = await (working as Promise<Result> | undefined)
      done('succeeded', undefined)
      return result as Result
    } catch (error) {
      done(run.reason !== undefined ? 'cancelled' : 'failed', toError(error))
      throw error
    }
  }

  #emitUnit(
    run: LiveRun,
    unit: string,
    outcome: RunResult['outcome'],
    durationMs: number,
    error: Error | undefined,
  ): void {
    if (outcome !== 'succeeded' && outcome !== 'failed' && outcome !== 'cancelled') return
    const { record } = run
    this.#kernelLoop.batch(() => {
      const part = runPart(run, this.#kernelLoop.now())
      emit(this.#kernelLoop, record, { type: 'unit.ended', ...part, unit, outcome, durationMs, error })
    })
  }

  stop(run: LiveRun, options: StopOptions | undefined): void {
    this.#kernelLoop.dispatch({ type: 'stop-asked', task: run.record.info.name, run: run.state.id })
    this.#stop(options)
  }
}
