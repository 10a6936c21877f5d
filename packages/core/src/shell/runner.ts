import { types } from 'node:util'
import type { Now } from '../base/now.ts'
import { toError } from '../base/to-error.ts'
import type { RunState } from '../kernel/state.ts'
import type { ConsoleWarnings } from '../observe/console-warnings.ts'
import { WrappedRun } from '../observe/wrapped-run.ts'
import { askPredicate } from './ask-predicate.ts'
import { type BlockAttribution, minSyncMs } from './blocking/attribution.ts'
import { lateCauseOf } from './blocking/late-cause.ts'
import type { ContextCalls } from './context-calls.ts'
import { emitStarted } from './emit-run.ts'
import { reportEarlier } from './fleet-attempts.ts'
import type { KernelLoop } from './kernel-loop.ts'
import { LiveRun, liveRunOf } from './live-run.ts'
import { LiveRunContext } from './live-run-context.ts'
import { scopeOf } from './run-scope.ts'
import type { SlotPlanner } from './slot-planner.ts'
import type { TaskRecord } from './task-record.ts'

export class Runner {
  readonly #kernelLoop: KernelLoop
  readonly #planner: SlotPlanner
  readonly #contextCalls: ContextCalls
  readonly #attribution: BlockAttribution
  readonly #instanceId: string
  readonly #warnings: ConsoleWarnings

  constructor(
    kernelLoop: KernelLoop,
    warnings: ConsoleWarnings,
    planner: SlotPlanner,
    contextCalls: ContextCalls,
    attribution: BlockAttribution,
    instanceId: string,
  ) {
    this.#kernelLoop = kernelLoop
    this.#warnings = warnings
    this.#attribution = attribution
    this.#planner = planner
    this.#contextCalls = contextCalls
    this.#instanceId = instanceId
  }

  call(record: TaskRecord, state: RunState, requestId: number, now: Now): void {
    const known = liveRunOf(state)
    if (known) {
      known.renew()
      known.within(() => this.#invoke(known))
      return this.#follow(known)
    }
    const run = this.#open(record, state, requestId, now)
    reportEarlier(this.#kernelLoop, run, now)
    const lateCause = lateCauseOf(run, now.mono, this.#attribution)
    // The metrics keep the lateness of the newest run that has a slot, so its cause is also kept.
    if (run.latenessMs !== undefined && lateCause !== record.readonlyExtras.lastLateCause)
      record.extras.lastLateCause = lateCause
    emitStarted(this.#kernelLoop, run, now, lateCause)
    run.request?.onStarted?.(run)
    if (record.info.schedule.startedBy === 'call') return // other code calls the function of the run itself
    run.start(this.#kernelLoop.observers.wrapsRuns ? this.#invokeWrapped : this.#invoke)
    this.#follow(run)
  }

  #open(record: TaskRecord, state: RunState, requestId: number, now: Now): LiveRun {
    const { slot } = state
    const planner = this.#planner
    const request = this.#kernelLoop.requests.take(requestId)
    const scheduledAt = slot === undefined ? undefined : planner.wallOf(record, slot, now)
    const latenessMs = slot === undefined ? undefined : planner.latenessOf(record, slot, now)
    if (slot !== undefined) record.readonlyExtras.waitedOver?.delete(slot)
    return new LiveRun(record, state, this.#instanceId, request, now, scheduledAt, latenessMs)
  }

  readonly #invokeWrapped = (run: LiveRun): void => {
    const wrappedRun = new WrappedRun(scopeOf(run, undefined), run, this.#begin, run.request?.callers)
    run.wrappedRun = wrappedRun
    this.#kernelLoop.observers.around(wrappedRun)
  }

  readonly #begin = (run: LiveRun): void => {
    if (run.record.state.config.retry) run.keepContext()
    this.#invoke(run)
  }

  readonly #invoke = (run: LiveRun): void => {
    const { clock, currentRun } = this.#kernelLoop
    const { record } = run
    const fn = run.request?.run ?? record.fn
    const before = clock.monotonic()
    try {
      const returned = currentRun.within(run, fn, new LiveRunContext(run, this.#contextCalls))
      // A lazy thenable, such as a query builder, starts its work here.
      if (isThenable(returned)) run.pending = Promise.resolve(returned)
      else run.value = returned
    } catch (error) {
      run.error = toError(error)
    }
    const after = clock.monotonic()
    run.ranSync(after - before)
    if (after - before > minSyncMs) this.#attribution.onSync(record, after, after - before)
    if (run.pending === undefined) run.settledMono = after
  }

  /** Waits in the root context, because the code after the wait is not code of the run. */
  #follow(run: LiveRun): void {
    const { pending } = run
    if (pending === undefined) return this.#dispatchSettled(run, run.error === undefined)
    const { attempt } = run.state
    run.pending = undefined
    try {
      pending.then(
        (value) => this.#settle(run, attempt, true, value),
        (error: unknown) => this.#settle(run, attempt, false, error),
      )
    } catch (error) {
      this.#settle(run, attempt, false, error) // the promise has its own then(), which threw
    }
  }

  #settle(run: LiveRun, attempt: number, ok: boolean, value: unknown): void {
    // A late result of an earlier attempt must not end the current attempt.
    if (run.state.attempt !== attempt) return
    // The kernel may handle the event later, so the end time is recorded now.
    if (this.#kernelLoop.hasToWait()) run.settledMono = this.#kernelLoop.clock.monotonic()
    if (ok) run.value = value
    else run.error = toError(value)
    this.#dispatchSettled(run, ok)
  }

  #dispatchSettled(run: LiveRun, returned: boolean): void {
    const { record, state } = run
    const ok = returned && !this.#isUnusedGenerator(run)
    const predicateSaid = this.#predicateSaid(run, ok)
    const mayRetry = ok && state.abortedFor === undefined ? true : this.#mayRetry(run)
    this.#kernelLoop.dispatchInRoot({
      type: 'settled',
      task: record.info.name,
      run: state.id,
      ok,
      predicateSaid,
      mayRetry,
    })
  }

  /** The code of a generator runs only when its caller iterates. A supervisor does not iterate. */
  #isUnusedGenerator(run: LiveRun): boolean {
    if (run.value === undefined || !types.isGeneratorObject(run.value) || run.request?.run !== undefined)
      return false
    run.value = undefined
    run.error = new TypeError(
      'The function of the task returned a generator, so the code of the generator did not run. Iterate in the function, for example with await each(generator, …)',
    )
    return true
  }

  #mayRetry(run: LiveRun): boolean {
    const { record, state } = run
    const { retryIf } = record.settings
    const isFailure = state.abortedFor === undefined || state.abortedFor === 'timeout'
    if (
      retryIf === undefined ||
      !isFailure ||
      state.attempt - state.firstAttempt >= (record.state.config.retry?.times ?? 0)
    )
      return true
    // After a timeout, the function may reject with any error. Therefore the timeout error in `reason` is preferred.
    const error = run.reason ?? run.error
    if (error === undefined) return true
    const text = `Task '${record.info.name}': retry.if() failed, so the run is retried`
    return askPredicate(this.#warnings, text, () => retryIf(error)) ?? true
  }

  #predicateSaid(run: LiveRun, ok: boolean): boolean | undefined {
    const { restartWhen } = run.record.settings
    if (restartWhen === undefined) return undefined
    const cause = run.state.abortedFor === 'timeout' ? 'timed-out' : ok ? 'returned' : 'threw'
    const text = `Task '${run.record.info.name}': restart.when() failed, so its restart mode decides`
    return askPredicate(this.#warnings, text, () => restartWhen({ cause, error: run.error }), true)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false
  return value !== null && 'then' in value && typeof value.then === 'function'
}
