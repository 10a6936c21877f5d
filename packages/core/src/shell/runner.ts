import { toError } from '../base/errors.ts'
import type { Now } from '../base/now.ts'
import { isolated } from '../base/root-context.ts'
import type { Outcome } from '../base/words.ts'
import type { RunState } from '../kernel/state.ts'
import { leastBlockMs } from '../metrics/fold.ts'
import { History } from '../metrics/history.ts'
import { Passage } from '../observe/wrapped-run.ts'
import { newAlarm } from './alarm.ts'
import { type Blame, leastSyncMs } from './blocking/attribution.ts'
import { lateCauseOf } from './blocking/late-cause.ts'
import { tell } from './emit.ts'
import { tellEnded, tellStarted } from './emit-run.ts'
import type { Engine } from './kernel-loop.ts'
import { LiveRun, liveRunOf } from './live-run.ts'
import type { ContextHost } from './live-run-context.ts'
import { LiveRunContext } from './live-run-context.ts'
import { runPart, scopeOf } from './run-scope.ts'
import type { Planner } from './slot-planner.ts'
import { isUp } from './task-facts.ts'
import type { TaskEntry } from './task-record.ts'

/** Calls the functions of tasks, and sees to it that each run is told from start to end. */
export class Runner {
  readonly #engine: Engine
  readonly #planner: Planner
  readonly #host: ContextHost
  readonly #blame: Blame
  readonly #instanceId: string
  /** When the run that was called last had begun: another of the same step begins after its synchronous part. */
  #begunMono = Number.NaN

  constructor(engine: Engine, planner: Planner, host: ContextHost, blame: Blame, instanceId: string) {
    this.#engine = engine
    this.#blame = blame
    this.#planner = planner
    this.#host = host
    this.#instanceId = instanceId
  }

  /** The kernel has begun a run, or its next attempt. */
  call(entry: TaskEntry, state: RunState, ticketId: number, now: Now): void {
    const known = liveRunOf(state)
    if (known) {
      known.renew()
      known.within(() => this.#invoke(known))
      return this.#follow(known)
    }
    const run = this.#open(entry, state, ticketId, now)
    const lateCause = lateCauseOf(run, now.mono, this.#blame)
    if (lateCause !== undefined || entry.rarely.lastLateCause !== undefined)
      entry.rare.lastLateCause = lateCause
    tellStarted(this.#engine, run, now, lateCause)
    run.ticket?.onStarted?.(run)
    if (entry.info.schedule.kind === 'call') return // whoever instrumented the function calls it
    isolated(this.#engine.observers.wrapsRuns ? this.#invokeWrapped : this.#invoke, run)
    this.#follow(run)
  }

  #open(entry: TaskEntry, state: RunState, ticketId: number, now: Now): LiveRun {
    const { slot } = state
    const planner = this.#planner
    const ticket = this.#engine.takeTicket(ticketId)
    const scheduledAt = slot === undefined ? undefined : planner.wallOf(entry, slot, now)
    const latenessMs =
      slot === undefined ? undefined : Math.max(0, now.wall - planner.dueWallOf(entry, slot, now))
    return new LiveRun(entry, state, this.#instanceId, ticket, now, scheduledAt, latenessMs)
  }

  readonly #invokeWrapped = (run: LiveRun): void => {
    const passage = new Passage(scopeOf(run, undefined), run, this.#begin)
    run.passage = passage
    this.#engine.observers.around(passage)
  }

  /** In the contexts of all observers. A field, as those beside it, so that no closure has to be made for each run. */
  readonly #begin = (run: LiveRun): void => {
    if (run.entry.state.config.retry) run.keepContext()
    this.#invoke(run)
  }

  readonly #invoke = (run: LiveRun): void => {
    const { clock, observers } = this.#engine
    const { entry, state } = run
    const fn = run.ticket?.run ?? entry.fn
    // Where no code but ours has run since the step that began it, the time of that step will do.
    const isFirst = state.attempt === 1 && state.startedAt !== this.#begunMono
    const isFresh = isFirst && !observers.hearsStarts && !observers.wrapsRuns
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
    if (after - before > leastSyncMs) this.#blame.onSync(entry, after, after - before)
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
    if (this.#engine.isBusy) run.settledMono = this.#engine.clock.monotonic()
    if (ok) run.value = value
    else run.error = toError(value)
    this.#dispatchSettled(run, ok)
  }

  #dispatchSettled(run: LiveRun, ok: boolean): void {
    const { entry, state } = run
    const wanted = this.#wanted(run, ok)
    this.#engine.dispatchInRoot({ type: 'settled', task: entry.info.name, run: state.id, ok, wanted })
  }

  /** What the user's restart predicate says; a predicate that throws says nothing. */
  #wanted(run: LiveRun, ok: boolean): boolean | undefined {
    const { restartWhen } = run.entry.traits
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

  ended(entry: TaskEntry, state: RunState, outcome: Outcome, now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    const endMono = outcome === 'abandoned' ? now.mono : (run.settledMono ?? now.mono)
    const durationMs = Math.max(0, endMono - state.startedAt)
    const hasError = outcome === 'failed' || outcome === 'timed-out' || outcome === 'abandoned'
    if (outcome === 'timed-out') run.error = run.reason ?? run.error
    if (!hasError) run.error = undefined
    if (outcome === 'succeeded') this.#onSuccess(entry, now)
    if (run.error) entry.rare.lastError = run.error
    const isRoutine = outcome === 'succeeded' && run.syncMs < leastBlockMs
    if (entry.runEnded !== 'notably') entry.runEnded = isRoutine ? 'routinely' : 'notably'
    if (entry.rarely.downSince !== undefined && isUp(run, now.loop)) entry.rare.downSince = undefined
    this.#engine.touch(entry)
    tellEnded(this.#engine, run, outcome, durationMs, now)
    this.#remember(entry, run, outcome, durationMs)
    run.end(outcome, durationMs)
    if (run.alarm) this.#engine.timers.set(run.alarm, Number.POSITIVE_INFINITY)
    if (outcome !== 'abandoned') return
    entry.rare.stuckSince ??= now.loop
    this.#engine.abandoned.add(run)
  }

  settledLate(entry: TaskEntry, state: RunState, now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    const ageMs = now.mono - state.startedAt
    const error = run.error === run.reason ? undefined : run.error
    // It counts for whom it has blocked: a later task of its name, unless that has left too.
    const counted = entry.isRegistered ? entry : run.entry
    tell(this.#engine, counted, { type: 'run.settled-late', ...runPart(run, now), ageMs, error })
    this.#engine.abandoned.delete(run)
    if (entry.state.abandoned === 0) entry.rare.stuckSince = undefined
  }

  retry(entry: TaskEntry, state: RunState, delayMs: number, now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    // A timeout is the cause, whatever the function made of it.
    const error = run.reason ?? run.error
    tell(this.#engine, entry, {
      type: 'run.retried',
      ...runPart(run, now),
      delayMs: Math.round(delayMs),
      error,
    })
  }

  ready(entry: TaskEntry, state: RunState, how: 'ready' | 'beat', now: Now): void {
    const run = liveRunOf(state)
    if (!run) return
    const afterMs = now.mono - state.startedAt
    entry.rare.wasReady = true
    tell(this.#engine, entry, { type: 'run.ready', ...runPart(run, now), how, afterMs })
    this.#engine.touch(entry)
  }

  /** Arms the timer of one run: its timeout, its grace, its next attempt. */
  arm(entry: TaskEntry, state: RunState, at: number): void {
    const run = liveRunOf(state)
    if (!run || (run.alarm === undefined && at === Number.POSITIVE_INFINITY)) return
    run.alarm ??= newAlarm('run', entry, state)
    this.#engine.timers.set(run.alarm, at)
  }

  #onSuccess(entry: TaskEntry, now: Now): void {
    entry.unmetSlots = 0
    entry.lastSuccessLoop = now.loop
  }

  #remember(entry: TaskEntry, run: LiveRun, outcome: Outcome, durationMs: number): void {
    // Telling the end has folded it already.
    const error = run.error === undefined ? undefined : entry.metrics.lastError
    entry.history ??= new History(entry.traits.historySize)
    entry.history.push(run, outcome, durationMs, error, run.state.id)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false
  return value !== null && 'then' in value && typeof value.then === 'function'
}
