import { toError } from '../base/errors.ts'
import type { Now } from '../base/now.ts'
import { isolated } from '../base/root-context.ts'
import type { Outcome } from '../base/words.ts'
import type { RunState } from '../kernel/state.ts'
import { leastBlockMs } from '../metrics/fold.ts'
import { History } from '../metrics/history.ts'
import { WrappedRun } from '../observe/wrapped-run.ts'
import { newAlarm } from './alarm.ts'
import { type BlockAttribution, leastSyncMs } from './blocking/attribution.ts'
import { lateCauseOf } from './blocking/late-cause.ts'
import { emit } from './emit.ts'
import { emitEnded, emitStarted } from './emit-run.ts'
import type { KernelLoop } from './kernel-loop.ts'
import { LiveRun, liveRunOf } from './live-run.ts'
import type { ContextHost } from './live-run-context.ts'
import { LiveRunContext } from './live-run-context.ts'
import { runPart, scopeOf } from './run-scope.ts'
import type { SlotPlanner } from './slot-planner.ts'
import { isUp } from './task-facts.ts'
import type { TaskRecord } from './task-record.ts'

/** Calls the functions of tasks, and sees to it that each run is told from start to end. */
export class Runner {
  readonly #kernelLoop: KernelLoop
  readonly #planner: SlotPlanner
  readonly #host: ContextHost
  readonly #attribution: BlockAttribution
  readonly #instanceId: string
  /** When the run that was called last had begun: another of the same step begins after its synchronous part. */
  #begunMono = Number.NaN

  constructor(
    kernelLoop: KernelLoop,
    planner: SlotPlanner,
    host: ContextHost,
    attribution: BlockAttribution,
    instanceId: string,
  ) {
    this.#kernelLoop = kernelLoop
    this.#attribution = attribution
    this.#planner = planner
    this.#host = host
    this.#instanceId = instanceId
  }

  /** The kernel has begun a run, or its next attempt. */
  call(record: TaskRecord, state: RunState, requestId: number, now: Now): void {
    const known = liveRunOf(state)
    if (known) {
      known.renew()
      known.within(() => this.#invoke(known))
      return this.#follow(known)
    }
    const run = this.#open(record, state, requestId, now)
    const lateCause = lateCauseOf(run, now.mono, this.#attribution)
    if (lateCause !== undefined || record.readonlyExtras.lastLateCause !== undefined)
      record.extras.lastLateCause = lateCause
    emitStarted(this.#kernelLoop, run, now, lateCause)
    run.request?.onStarted?.(run)
    if (record.info.schedule.startedBy === 'call') return // whoever instrumented the function calls it
    isolated(this.#kernelLoop.observers.wrapsRuns ? this.#invokeWrapped : this.#invoke, run)
    this.#follow(run)
  }

  #open(record: TaskRecord, state: RunState, requestId: number, now: Now): LiveRun {
    const { slot } = state
    const planner = this.#planner
    const request = this.#kernelLoop.takeRequest(requestId)
    const scheduledAt = slot === undefined ? undefined : planner.wallOf(record, slot, now)
    const latenessMs =
      slot === undefined ? undefined : Math.max(0, now.wall - planner.dueWallOf(record, slot, now))
    return new LiveRun(record, state, this.#instanceId, request, now, scheduledAt, latenessMs)
  }

  readonly #invokeWrapped = (run: LiveRun): void => {
    const wrappedRun = new WrappedRun(scopeOf(run, undefined), run, this.#begin)
    run.wrappedRun = wrappedRun
    this.#kernelLoop.observers.around(wrappedRun)
  }

  /** In the contexts of all observers. A field, as those beside it, so that no closure has to be made for each run. */
  readonly #begin = (run: LiveRun): void => {
    if (run.record.state.config.retry) run.keepContext()
    this.#invoke(run)
  }

  readonly #invoke = (run: LiveRun): void => {
    const { clock, observers } = this.#kernelLoop
    const { record, state } = run
    const fn = run.request?.run ?? record.fn
    // Where no code but ours has run since the step that began it, the time of that step will do.
    const isFirst = state.attempt === 1 && state.startedAt !== this.#begunMono
    const isFresh = isFirst && !observers.wantsRunStarted && !observers.wrapsRuns
    const before = isFresh ? state.startedAt : clock.monotonic()
    this.#begunMono = state.startedAt
    try {
      const returned = fn(new LiveRunContext(run, this.#host))
      // A query that begins when it is waited for begins here, in the context of the run.
      if (isThenable(returned)) run.pending = Promise.resolve(returned)
      else run.value = returned
    } catch (error) {
      run.error = toError(error)
    }
    const after = clock.monotonic()
    run.syncMs = Math.max(run.syncMs, after - before)
    if (after - before > leastSyncMs) this.#attribution.onSync(record, after, after - before)
    if (run.pending === undefined) run.settledMono = after
  }

  /** Waits for what the function returned. In the root context again, so that what its end starts is not part of the run. */
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
      this.#settle(run, attempt, false, error) // a promise with a then() of its own
    }
  }

  #settle(run: LiveRun, attempt: number, ok: boolean, value: unknown): void {
    // An attempt that was given up on may settle while the next one runs.
    if (run.state.attempt !== attempt) return
    // Where it is stepped at once, the time of that step will do.
    if (this.#kernelLoop.isBusy) run.settledMono = this.#kernelLoop.clock.monotonic()
    if (ok) run.value = value
    else run.error = toError(value)
    this.#dispatchSettled(run, ok)
  }

  #dispatchSettled(run: LiveRun, ok: boolean): void {
    const { record, state } = run
    const predicateSaid = this.#predicateSaid(run, ok)
    this.#kernelLoop.dispatchInRoot({
      type: 'settled',
      task: record.info.name,
      run: state.id,
      ok,
      predicateSaid,
    })
  }

  /** What the user's restart predicate says; a predicate that throws says nothing. */
  #predicateSaid(run: LiveRun, ok: boolean): boolean | undefined {
    const { restartWhen } = run.record.settings
    if (restartWhen === undefined) return undefined
    try {
      const cause = run.state.abortedFor === 'timeout' ? 'timed-out' : ok ? 'returned' : 'threw'
      return restartWhen({ cause, error: run.error })
    } catch {
      return undefined // by its contract: then the mode decides
    }
  }

  /** @param mono - the deadline of the abort, in monotonic time */
  abort(state: RunState, mono: number, now: Now): void {
    const run = liveRunOf(state)
    if (!run || state.abortedFor === undefined) return
    run.abort(state.abortedFor, now.wall + (mono - now.mono))
    if (state.abortedFor === 'timeout' && run.reason) run.error ??= run.reason
  }

  ended(record: TaskRecord, state: RunState, outcome: Outcome, now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    const endMono = outcome === 'abandoned' ? now.mono : (run.settledMono ?? now.mono)
    const durationMs = Math.max(0, endMono - state.startedAt)
    const hasError = outcome === 'failed' || outcome === 'timed-out' || outcome === 'abandoned'
    if (outcome === 'timed-out') run.error = run.reason ?? run.error
    if (!hasError) run.error = undefined
    if (outcome === 'succeeded') this.#onSuccess(record, now)
    if (run.error) record.extras.lastError = run.error
    const isRoutine = outcome === 'succeeded' && run.syncMs < leastBlockMs
    if (record.runEnded !== 'notably') record.runEnded = isRoutine ? 'routinely' : 'notably'
    if (record.readonlyExtras.downSince !== undefined && isUp(run, now.awake))
      record.extras.downSince = undefined
    this.#kernelLoop.touch(record)
    emitEnded(this.#kernelLoop, run, outcome, durationMs, now)
    this.#remember(record, run, outcome, durationMs)
    run.end(outcome, durationMs)
    if (run.alarm) this.#kernelLoop.timers.set(run.alarm, Number.POSITIVE_INFINITY)
    if (outcome !== 'abandoned') return
    record.extras.stuckSince ??= now.awake
    this.#kernelLoop.abandoned.add(run)
  }

  settledLate(record: TaskRecord, state: RunState, now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    const ageMs = now.mono - state.startedAt
    const error = run.error === run.reason ? undefined : run.error
    // It counts for whom it has blocked: a later task of its name, unless that has left too.
    const counted = record.isRegistered ? record : run.record
    emit(this.#kernelLoop, counted, { type: 'run.settled-late', ...runPart(run, now), ageMs, error })
    this.#kernelLoop.abandoned.delete(run)
    if (record.state.abandoned === 0) record.extras.stuckSince = undefined
  }

  retry(record: TaskRecord, state: RunState, delayMs: number, now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    // A timeout is the cause, whatever the function made of it.
    const error = run.reason ?? run.error
    emit(this.#kernelLoop, record, {
      type: 'run.retried',
      ...runPart(run, now),
      delayMs: Math.round(delayMs),
      error,
    })
  }

  ready(record: TaskRecord, state: RunState, how: 'ready' | 'beat', now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    const afterMs = now.mono - state.startedAt
    record.extras.wasReady = true
    emit(this.#kernelLoop, record, { type: 'run.ready', ...runPart(run, now), how, afterMs })
    this.#kernelLoop.touch(record)
  }

  /** Arms the timer of one run: its timeout, its grace, its next attempt. */
  arm(record: TaskRecord, state: RunState, at: number): void {
    const run = liveRunOf(state)
    if (!run || (run.alarm === undefined && at === Number.POSITIVE_INFINITY)) return
    run.alarm ??= newAlarm('run', record, state)
    this.#kernelLoop.timers.set(run.alarm, at)
  }

  #onSuccess(record: TaskRecord, now: Now): void {
    record.unmetSlots = 0
    record.lastSuccessAwake = now.awake
  }

  #remember(record: TaskRecord, run: LiveRun, outcome: Outcome, durationMs: number): void {
    // Telling the end has folded it already.
    const error = run.error === undefined ? undefined : record.metrics.lastError
    record.history ??= new History(record.settings.historySize)
    record.history.push(run, outcome, durationMs, error, run.state.id)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false
  return value !== null && 'then' in value && typeof value.then === 'function'
}
