import { types } from 'node:util'
import { toError } from '../base/to-error.ts'
import { WrappedRun } from '../observe/wrapped-run.ts'
import { type BlockAttribution, minSyncMs } from '../shell/blocking/attribution.ts'
import type { AskedTrigger } from '../shell/host-calls.ts'
import type { KernelLoop } from '../shell/kernel-loop.ts'
import type { LiveRun } from '../shell/live-run.ts'
import type { PendingRequest, RequestAnswer } from '../shell/pending-request.ts'
import { scopeOf } from '../shell/run-scope.ts'
import type { TaskRecord } from '../shell/task-record.ts'
import type { TriggerResult } from '../task/task.ts'
import { type Ending, watchPromise } from './watch-promise.ts'

export interface CallParts {
  readonly kernelLoop: KernelLoop
  readonly attribution: BlockAttribution
}

/** A run that other code begins and ends. It is also its own pending request: this saves one object for each call. */
export class ExternalCall implements PendingRequest<LiveRun> {
  readonly callers = undefined
  readonly context = undefined
  readonly run = undefined
  readonly #parts: CallParts
  readonly #record: TaskRecord
  readonly #asked: AskedTrigger | undefined
  readonly #input: unknown
  #live: LiveRun | undefined
  #ending: Ending | undefined
  #whenLive: ((run: LiveRun) => void)[] | undefined
  #release: (() => void) | undefined
  #isRefused = false

  constructor(parts: CallParts, record: TaskRecord, asked: AskedTrigger | undefined, input: unknown) {
    this.#parts = parts
    this.#record = record
    this.#asked = asked
    this.#input = input
  }

  get input(): unknown {
    return this.#input ?? this.#asked?.input
  }

  get live(): LiveRun | undefined {
    return this.#live
  }

  get isRefused(): boolean {
    return this.#isRefused
  }

  begin(): void {
    const { kernelLoop } = this.#parts
    const requestId = kernelLoop.requests.add(this)
    const trigger = this.#asked ? 'manual' : 'call'
    kernelLoop.dispatch({ type: 'trigger', task: this.#record.info.name, trigger, requestId, standby: false })
  }

  onStarted(run: LiveRun): void {
    this.#live = run
    for (const tell of this.#whenLive ?? []) tell(run)
    // If the kernel was busy, the call may have ended before its run started.
    if (this.#ending) this.#settle(run, this.#ending)
  }

  onOutcome(answer: RequestAnswer): void {
    this.#isRefused = this.#live === undefined
    this.#release?.()
    this.#asked?.answer(answer as TriggerResult)
  }

  whenLive(tell: (run: LiveRun) => void): void {
    if (this.#live) return tell(this.#live)
    this.#whenLive ??= []
    this.#whenLive.push(tell)
  }

  abortWith(signal: AbortSignal): void {
    this.whenLive(({ state }) => {
      const task = this.#record.info.name
      const abort = (): void => this.#parts.kernelLoop.dispatch({ type: 'abort', task, run: state.id })
      if (signal.aborted) return abort()
      signal.addEventListener('abort', abort, { once: true })
      this.#release = () => signal.removeEventListener('abort', abort)
    })
  }

  readonly end = (ending: Ending): void => {
    if (this.#ending) return
    this.#ending = ending
    if (this.#live) this.#settle(this.#live, ending)
  }

  #settle(run: LiveRun, ending: Ending): void {
    const { kernelLoop } = this.#parts
    if (!ending.ok) run.error = toError(ending.error)
    run.settledMono = kernelLoop.clock.monotonic()
    const task = this.#record.info.name
    if (run.endAlone) return run.endAlone()
    const { hadSignal } = run
    const part = { ok: ending.ok, predicateSaid: undefined, hadSignal }
    kernelLoop.dispatch({ type: 'settled', task, run: run.state.id, ...part })
  }

  /** Tells observers about the start and the end of a run whose code the supervisor does not call. */
  wrapNothing(): void {
    const { observers } = this.#parts.kernelLoop
    const run = this.#live
    if (run === undefined || !observers.wrapsRuns) return
    run.wrappedRun = new WrappedRun(scopeOf(run, undefined), undefined, () => {})
    observers.around(run.wrappedRun as WrappedRun<undefined>)
  }

  follow(fn: () => unknown, follows: boolean): unknown {
    const { kernelLoop, attribution } = this.#parts
    const run = this.#live
    let returned: unknown
    let thrown: { readonly error: unknown } | undefined
    const start = (): void => {
      const before = kernelLoop.clock.monotonic()
      try {
        returned = run ? kernelLoop.currentRun.within(run, fn, undefined) : fn()
      } catch (error) {
        thrown = { error }
      }
      if (!run) return
      const after = kernelLoop.clock.monotonic()
      run.ranSync(after - before)
      if (after - before > minSyncMs) attribution.onSync(run.record, after, after - before)
    }
    if (run && kernelLoop.observers.wrapsRuns) {
      const wrappedRun = new WrappedRun(scopeOf(run, undefined), undefined, start)
      run.wrappedRun = wrappedRun
      kernelLoop.observers.around(wrappedRun)
    } else start()
    if (thrown) {
      this.end({ ok: false, error: thrown.error })
      throw thrown.error
    }
    // A thenable that is not a promise is not followed: it may start its work when `then` is called.
    if (follows && types.isPromise(returned)) watchPromise(returned, this.end)
    else this.end({ ok: true })
    return returned
  }
}
