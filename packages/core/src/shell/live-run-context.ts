import type { Duration } from '../base/duration.ts'
import { toMs } from '../base/duration.ts'
import type { Trigger } from '../base/words.ts'
import type { StopOptions } from '../shutdown/report.ts'
import type { RunContext } from '../task/run-context.ts'
import { readAnnotations } from './annotation-texts.ts'
import type { ContextCalls } from './context-calls.ts'
import type { LiveRun } from './live-run.ts'

/** The getters return closures, so that users can destructure the context. */
export class LiveRunContext implements RunContext {
  readonly #run: LiveRun
  readonly #calls: ContextCalls

  constructor(run: LiveRun, calls: ContextCalls) {
    this.#run = run
    this.#calls = calls
  }

  get task(): RunContext['task'] {
    return this.#calls.taskOf(this.#run)
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

  get fencingToken(): number | undefined {
    return this.#run.request?.fleet?.token
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
    const calls = this.#calls
    return (note) => calls.beat(run, note)
  }

  get annotate(): RunContext['annotate'] {
    const run = this.#run
    return (annotations) => run.annotate(readAnnotations(annotations))
  }

  get ready(): () => void {
    const run = this.#run
    const calls = this.#calls
    return () => calls.ready(run)
  }

  get extend(): (by: Duration) => number {
    const run = this.#run
    const calls = this.#calls
    return (by) => calls.extend(run, toMs('extend', by))
  }

  get sleep(): (time: Duration) => Promise<void> {
    const run = this.#run
    const calls = this.#calls
    return (time) => calls.sleep(run, toMs('sleep', time))
  }

  get unit(): <Result>(name: string, fn: () => Result | Promise<Result>) => Promise<Result> {
    const run = this.#run
    const calls = this.#calls
    return (name, fn) => calls.unit(run, name, fn)
  }

  get each(): RunContext['each'] {
    const run = this.#run
    const calls = this.#calls
    return (items, fn, options) => calls.each(run, items, fn as (item: unknown) => unknown, options)
  }

  get stop(): (options?: StopOptions) => void {
    const run = this.#run
    const calls = this.#calls
    return (options) => calls.stop(run, options)
  }
}
