import type { Duration } from '../base/duration.ts'
import { toMs } from '../base/duration.ts'
import type { Trigger } from '../base/words.ts'
import type { StopOptions } from '../shutdown/report.ts'
import type { RunContext } from '../task/run-context.ts'
import type { LiveRun } from './live-run.ts'

/** What a context needs of the shell. */
export interface ContextHost {
  beat(run: LiveRun, note: string | undefined): void
  ready(run: LiveRun): void
  extend(run: LiveRun, ms: number): number
  sleep(run: LiveRun, ms: number): Promise<void>
  unit<Result>(run: LiveRun, name: string, fn: () => Result | Promise<Result>): Promise<Result>
  stop(run: LiveRun, options: StopOptions | undefined): void
}

/** Getters make the functions, so that taking them apart works and a run that uses none pays for none. */
export class LiveRunContext implements RunContext {
  readonly #run: LiveRun
  readonly #host: ContextHost

  constructor(run: LiveRun, host: ContextHost) {
    this.#run = run
    this.#host = host
  }

  get task(): string {
    return this.#run.record.info.name
  }

  get runId(): string {
    return this.#run.runId
  }

  get trigger(): Trigger {
    return this.#run.state.trigger
  }

  get attempt(): number {
    return this.#run.state.attempt
  }

  get scheduledAt(): Date | undefined {
    const { scheduledAt } = this.#run
    return scheduledAt === undefined ? undefined : new Date(scheduledAt)
  }

  get startedAt(): Date {
    return new Date(this.#run.startedAt)
  }

  get input(): unknown {
    return this.#run.request?.input
  }

  get signal(): AbortSignal {
    return this.#run.signal
  }

  get aborted(): boolean {
    return this.#run.reason !== undefined
  }

  get throwIfAborted(): () => void {
    const run = this.#run
    return () => {
      if (run.reason !== undefined) throw run.reason
    }
  }

  get beat(): (note?: string) => void {
    const run = this.#run
    const host = this.#host
    return (note) => host.beat(run, note)
  }

  get ready(): () => void {
    const run = this.#run
    const host = this.#host
    return () => host.ready(run)
  }

  get extend(): (by: Duration) => number {
    const run = this.#run
    const host = this.#host
    return (by) => host.extend(run, toMs('extend', by))
  }

  get sleep(): (time: Duration) => Promise<void> {
    const run = this.#run
    const host = this.#host
    return (time) => host.sleep(run, toMs('sleep', time))
  }

  get unit(): <Result>(name: string, fn: () => Result | Promise<Result>) => Promise<Result> {
    const run = this.#run
    const host = this.#host
    return (name, fn) => host.unit(run, name, fn)
  }

  get stop(): (options?: StopOptions) => void {
    const run = this.#run
    const host = this.#host
    return (options) => host.stop(run, options)
  }
}
