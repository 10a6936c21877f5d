import { AsyncResource } from 'node:async_hooks'
import type { AbortCause } from '../base/errors.ts'
import { RunAbortedError, RunTimedOutError } from '../base/errors.ts'
import type { Now } from '../base/now.ts'
import { isolated } from '../base/root-context.ts'
import type { Outcome, Trigger } from '../base/words.ts'
import type { Annotations } from '../events/base-event.ts'
import type { EventOf } from '../events/events.ts'
import type { RunState } from '../kernel/state.ts'
import type { WrappedRun } from '../observe/wrapped-run.ts'
import type { Alarm } from './alarm.ts'
import { newAlarm } from './alarm.ts'
import { limitTexts, textsAmong } from './annotation-texts.ts'
import type { PendingRequest } from './pending-request.ts'
import type { TaskRecord } from './task-record.ts'
import type { Timers } from './timers.ts'

/** What the shell keeps about one run. The kernel keeps the rest in `state`. */
export class LiveRun {
  readonly record: TaskRecord
  readonly state: RunState
  readonly request: PendingRequest<LiveRun> | undefined
  readonly startedAt: number
  readonly scheduledAt: number | undefined
  readonly latenessMs: number | undefined
  annotations: Annotations | undefined
  #ownTexts: Annotations | undefined
  #observerTexts: Annotations | undefined
  error: Error | undefined
  value: unknown
  /** The promise that the function returned. `undefined` as soon as `Runner` waits for this promise. */
  pending: Promise<unknown> | undefined
  /** The longest synchronous part of all attempts. */
  syncMs = 0
  /** The sum of the synchronous parts of all attempts. */
  syncTotalMs = 0
  /**
   * Monotonic time at which the function returned or threw, or at which its promise settled. Stays `undefined` if the
   * kernel handles the end of the promise immediately.
   */
  settledMono: number | undefined
  outcome: Outcome | undefined
  /** Only for a run of an unregistered external task: ends the run without the kernel. */
  endAlone: ((outcome?: Outcome) => void) | undefined
  waitingCall: EventOf<'run.ended'>['waitingCall']
  readonly startedAwake: number
  beatAwake: number
  /**
   * How long the task was paused or on standby: `heldMs` since the start of the run, `heldSinceBeatMs` since the last
   * call of `beat()` or the last end of a unit, if any.
   */
  heldMs = 0
  heldSinceBeatMs = 0
  beatAt: number | undefined
  beatNote: string | undefined
  beats = 0
  rule: string | undefined
  /**
   * The async context in which the supervisor calls later code of the run, such as a retry. `undefined`: the root
   * context.
   */
  #context: AsyncResource | undefined
  wrappedRun: Pick<WrappedRun<unknown>, 'end' | 'annotated'> | undefined
  #reason: RunAbortedError | RunTimedOutError | undefined
  #controller: AbortController | undefined
  #wakers: Set<() => void> | undefined
  readonly #instanceId: string
  #runId: string | undefined
  #alarm: Alarm<TaskRecord> | undefined

  constructor(
    record: TaskRecord,
    state: RunState,
    instanceId: string,
    request: PendingRequest<LiveRun> | undefined,
    now: Now,
    scheduledAt: number | undefined,
    latenessMs: number | undefined,
  ) {
    this.record = record
    this.state = state
    this.#instanceId = instanceId
    this.request = request
    this.startedAt = now.wall
    this.startedAwake = now.awake
    this.beatAwake = now.awake
    this.scheduledAt = scheduledAt
    this.latenessMs = latenessMs
    state.shell = this
  }

  /** The id is created at the first read, because most ids are never read. */
  get runId(): string {
    this.#runId ??= `${this.#instanceId}-${this.state.id}`
    return this.#runId
  }

  get trigger(): Trigger {
    return this.state.trigger
  }

  get attempt(): number {
    return this.state.attempt
  }

  get abortedFor(): AbortCause | undefined {
    return this.state.abortedFor
  }

  /** Records the synchronous part of an attempt. */
  ranSync(ms: number): void {
    this.syncMs = Math.max(this.syncMs, ms)
    this.syncTotalMs += ms
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      if (this.wrappedRun !== undefined) this.keepContext()
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  get hadSignal(): boolean {
    return this.#controller !== undefined || this.state.abortedFor === 'asked'
  }

  /** Whether the function can react to an abort: it has read the signal, or it waits in `sleep()` or `each()`. */
  get hearsAbort(): boolean {
    return this.#controller !== undefined || (this.#wakers?.size ?? 0) > 0
  }

  /** The outcome of a run that the kernel no longer tracks, because its external task was unregistered. */
  get outcomeAlone(): Outcome {
    if (this.error === undefined) return 'succeeded'
    return this.hadSignal ? 'cancelled' : 'failed'
  }

  get reason(): RunAbortedError | RunTimedOutError | undefined {
    return this.#reason
  }

  /** @param deadline - wall time at which the run counts as abandoned */
  abort(cause: AbortCause, deadline: number): void {
    const { name, timeoutMs } = this.record.info
    this.#reason =
      cause === 'timeout'
        ? new RunTimedOutError(name, timeoutMs ?? 0, deadline)
        : new RunAbortedError(name, cause, deadline)
    const controller = this.#controller
    if (controller) this.within(() => controller.abort(this.#reason))
    const wakers = this.#wakers
    this.#wakers = undefined
    for (const wake of wakers ?? []) wake()
  }

  /**
   * From now on, the supervisor calls later code of the run, such as a retry, in the current async context. This
   * slows down the run.
   */
  keepContext(): void {
    if (this.#context === this.request?.context) this.#context = new AsyncResource('runwell.run')
  }

  start(start: (run: LiveRun) => void): void {
    this.#context = this.request?.context
    if (this.#context === undefined) isolated(start, this)
    else this.#context.runInAsyncScope(isolated<LiveRun, void>, undefined, start, this)
  }

  within(fn: () => void): void {
    if (this.#context === undefined) isolated(fn, undefined)
    else this.#context.runInAsyncScope(isolated<undefined, void>, undefined, fn, undefined)
  }

  renew(): void {
    this.#reason = undefined
    this.#controller = undefined
    this.error = undefined
    this.settledMono = undefined
  }

  onAbort(wake: () => void): () => void {
    this.#wakers ??= new Set()
    this.#wakers.add(wake)
    return () => this.#wakers?.delete(wake)
  }

  /** @param at - monotonic time; `Infinity` for no timer */
  arm(timers: Timers<Alarm<TaskRecord> | TaskRecord>, at: number): void {
    if (this.#alarm === undefined && at === Number.POSITIVE_INFINITY) return
    this.#alarm ??= newAlarm('run', this.record, this.state)
    timers.set(this.#alarm, at)
  }

  beat(awake: number, wall: number, note: string | undefined): void {
    this.beatAwake = awake
    this.heldSinceBeatMs = 0
    this.beatAt = wall
    this.beatNote = note
  }

  annotate(annotations: Annotations): void {
    const kept = this.addTexts(annotations, 'function')
    this.wrappedRun?.annotated(textsAmong(kept, annotations))
  }

  /**
   * Adds annotations. If the function and an observer use the same key, the value of the observer is kept.
   * @returns all annotations from the source `from`
   */
  addTexts(annotations: Annotations, from: 'function' | 'observer'): Annotations {
    const isOwn = from === 'function'
    const [known, others] = isOwn
      ? [this.#ownTexts, this.#observerTexts]
      : [this.#observerTexts, this.#ownTexts]
    // A copy, because the caller may change its object later.
    const kept = limitTexts({ ...known, ...annotations })
    if (isOwn) this.#ownTexts = kept
    else this.#observerTexts = kept
    this.annotations = others === undefined ? kept : { ...this.#ownTexts, ...this.#observerTexts }
    return kept
  }

  end(outcome: Outcome, durationMs: number): void {
    this.outcome = outcome
    const { error, rule } = this
    const { attempt, abortedFor } = this.state
    this.wrappedRun?.end({ outcome, error, durationMs, attempt, abortedFor, rule })
    this.request?.onOutcome({
      started: true,
      runId: this.runId,
      outcome,
      durationMs,
      error,
      value: this.value,
    })
  }
}

/** Returns `undefined` before the run has started. */
export function liveRunOf(state: RunState): LiveRun | undefined {
  return state.shell as LiveRun | undefined
}

const noRuns: readonly never[] = []

export function calledRunsOf({ state: { runs } }: TaskRecord): readonly LiveRun[] {
  if (runs === undefined) return noRuns
  const called: LiveRun[] = []
  for (const { shell } of runs) if (shell !== undefined) called.push(shell as LiveRun)
  return called
}

function startOf(run: LiveRun): number {
  return run.startedAwake + run.heldMs
}

/** Returns the active run with the oldest sign of life: its last beat, the end of its last unit, or its start. */
export function mostSilentRunOf({ state }: TaskRecord, onlyBeating: boolean): LiveRun | undefined {
  let found: LiveRun | undefined
  let foundSince = Number.POSITIVE_INFINITY
  for (const { shell } of state.runs ?? noRuns) {
    const run = shell as LiveRun | undefined
    if (run === undefined || run.outcome !== undefined) continue
    // Runs are ordered by their start. No later run can have an older sign of life.
    if (startOf(run) >= foundSince) break
    if (onlyBeating && run.beats === 0) continue
    const since = run.beatAwake + run.heldSinceBeatMs
    if (since >= foundSince) continue
    found = run
    foundSince = since
  }
  return found
}

export function oldestRunOf({ state }: TaskRecord): LiveRun | undefined {
  // `calledRunsOf` would create a large array for a task with thousands of runs.
  for (const { shell } of state.runs ?? noRuns) {
    const run = shell as LiveRun | undefined
    if (run !== undefined && run.outcome === undefined) return run
  }
  return undefined
}
