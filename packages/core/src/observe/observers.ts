import { inRootContext } from '../base/root-context.ts'
import { toError } from '../base/to-error.ts'
import { unnumbered } from '../events/base-event.ts'
import { logText } from '../events/catalogue.ts'
import type { EventOf, SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorReport, SupervisorView } from '../task/view.ts'
import { callersFrom, captureCallers, captureTexts } from './callers.ts'
import type { ConsoleWarnings } from './console-warnings.ts'
import type { NextRun, RunResult } from './observer.ts'
import type { ReadObserver } from './read-observer.ts'
import { hasRunSubscribers, traceRun } from './run-channel.ts'
import type { Callers, WrappedRun } from './wrapped-run.ts'

/** An `observer.failed` event about an observer is emitted at most once in this time. Other faults are only counted. */
const reportEveryMs = 60_000

interface Attached extends ReadObserver {
  failures: number
  reportedAt: number
}

/** An event to send. `except` is the observer that caused an `observer.failed` event; it does not receive the event. */
interface PendingEvent {
  readonly event: SupervisorEvent
  readonly except: Attached | undefined
}

/** Sends events to observers and starts runs inside their contexts. Catches the errors of each observer. */
export class Observers {
  #attached: readonly Attached[] = []
  /** Observers with `aroundRun`, in the order of attaching. The context of the first is the outermost. */
  #around: readonly Attached[] = []
  #capturing: readonly Attached[] = []
  /** Calls `onAnnotate` of the observers that are attached now. Each run keeps the function from its start. */
  #onAnnotate: WrappedRun<unknown>['onAnnotate']
  readonly #now: () => number
  readonly #warnings: ConsoleWarnings
  /** Events that were emitted while another event was sent. They wait, so that all observers see the same order. */
  readonly #pending: PendingEvent[] = []
  #isEmitting = false
  #isEmittingFault = false
  #isClosed = false
  #wantsRunStarted = false
  #wantsRunEnded = false
  #isMuted = false
  #seq = 0

  constructor(now: () => number, warnings: ConsoleWarnings) {
    this.#now = now
    this.#warnings = warnings
  }

  /** Whether an observer receives `run.started`. Otherwise the event is not created, which makes runs cheaper. */
  get wantsRunStarted(): boolean {
    return this.#wantsRunStarted
  }

  /** Whether an observer receives `run.ended`. Otherwise the event is not created. */
  get wantsRunEnded(): boolean {
    return this.#wantsRunEnded
  }

  /**
   * True after `shutdown.ended`. From then on only `run.settled-late`, and `observer.failed` about a `flush`, are sent.
   */
  get isClosed(): boolean {
    return this.#isClosed
  }

  get size(): number {
    return this.#attached.length
  }

  /** Whether a run must be wrapped, for `aroundRun` of an observer or a subscriber of the tracing channel. */
  get wrapsRuns(): boolean {
    return this.#around.length > 0 || this.#isTraced()
  }

  #isTraced(): boolean {
    return !this.#isMuted && hasRunSubscribers()
  }

  /** Stops publishing runs on the tracing channel. Called if `RUNWELL_DISABLED` is set. */
  mute(): void {
    this.#isMuted = true
  }

  faults(): SupervisorReport['observers'] {
    return this.#attached.map(({ name, failures }) => ({ name, faults: failures }))
  }

  /** @returns a function that detaches the observer. */
  attach(known: ReadObserver, view: SupervisorView): () => void {
    const attached: Attached = { ...known, failures: 0, reportedAt: Number.NEGATIVE_INFINITY }
    const { observer, methods } = known
    this.#set([...this.#attached, attached])
    const onSupervisor = (): unknown => methods.onSupervisor?.call(observer, view)
    this.#guard(attached, 'onSupervisor', () => inRootContext(onSupervisor, undefined))
    return () => this.#set(this.#attached.filter((other) => other !== attached))
  }

  #set(attached: readonly Attached[]): void {
    this.#attached = attached
    this.#wantsRunStarted = attached.some((each) => wants(each, 'run.started'))
    this.#wantsRunEnded = attached.some((each) => wants(each, 'run.ended'))
    this.#around = attached.filter(({ methods }) => methods.aroundRun !== undefined)
    this.#capturing = this.#around.filter(({ methods }) => methods.captureCaller !== undefined)
    this.#onAnnotate = this.#annotationListener()
  }

  emit(event: SupervisorEvent): void {
    if (this.accepts(event)) this.#send(event, undefined)
  }

  accepts(event: SupervisorEvent): boolean {
    return !this.#isClosed || event.type === 'run.settled-late'
  }

  close(): void {
    this.#isClosed = true
  }

  #send(event: SupervisorEvent, except: Attached | undefined): void {
    this.#seq += 1
    ;(event as { seq: number }).seq = this.#seq
    if (this.#isEmitting) {
      this.#pending.push({ event, except })
      return
    }
    this.#isEmitting = true
    try {
      this.#fanOut(event, except)
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
        this.#fanOut(next.event, next.except)
      }
    } finally {
      this.#isEmitting = false
    }
  }

  #fanOut(event: SupervisorEvent, except: Attached | undefined): void {
    this.#isEmittingFault = event.type === 'observer.failed'
    // `#set` replaces this array and never changes it, so an observer can attach or detach observers in this loop.
    for (const attached of this.#attached) {
      if (attached === except || !wants(attached, event.type)) continue
      try {
        const returned: unknown = attached.methods.onEvent?.call(attached.observer, event)
        if (returned !== undefined) this.#watch(attached, 'onEvent', returned)
      } catch (error) {
        this.#fault(attached, 'onEvent', error)
      }
    }
    this.#isEmittingFault = false
  }

  /** Called in the async context of the caller of a run. Returns what `captureCaller` of each observer returned. */
  captureCallers(): Callers | undefined {
    if (this.#capturing.length === 0) return undefined
    return captureCallers(this.#capturing, this.#guardCapture)
  }

  /** Like `captureCallers`, but returns only texts, which can be sent to another process. */
  captureTexts(): Readonly<Record<string, string>> | undefined {
    return captureTexts(this.#capturing, this.#guardCapture)
  }

  /** Converts the texts that `captureTexts` returned in another process to the result of `captureCallers`. */
  callersFrom(texts: Readonly<Record<string, string>>): Callers {
    return callersFrom(this.#capturing, texts)
  }

  readonly #guardCapture = (attached: Attached, call: () => unknown): void =>
    this.#guard(attached, 'captureCaller', call)

  /** Begins the run inside the contexts of all observers. The run begins exactly once, even if observers throw. */
  around<Subject>(wrappedRun: WrappedRun<Subject>): void {
    wrappedRun.onAnnotate = this.#onAnnotate
    this.#enter(this.#around, 0, wrappedRun)
  }

  #annotationListener(): WrappedRun<unknown>['onAnnotate'] {
    const listening = this.#around.filter(({ methods }) => methods.onAnnotate !== undefined)
    if (listening.length === 0) return undefined
    return (scope, annotations) => {
      for (const attached of listening)
        this.#guard(attached, 'onAnnotate', () =>
          attached.methods.onAnnotate?.call(attached.observer, scope, annotations),
        )
    }
  }

  /** Calls `aroundRun` of one observer. Its `next()` continues with the next observer, or at last begins the run. */
  #enter<Subject>(around: readonly Attached[], depth: number, wrappedRun: WrappedRun<Subject>): void {
    const attached = around[depth]
    if (attached === undefined) return this.#begin(wrappedRun)
    let isCalled = false
    const next = (onEnded?: (result: RunResult) => void): unknown => {
      if (!isCalled) {
        isCalled = true
        this.#enter(around, depth + 1, wrappedRun)
      }
      // An observer may pass `next` as a callback to code that calls it with any argument, so the type is checked.
      if (typeof onEnded !== 'function') return wrappedRun.promise
      return wrappedRun.whenEnded((result) => this.#callOnEnded(attached, onEnded, result))
    }
    try {
      const { observer, methods } = attached
      const caller = wrappedRun.callers?.get(attached)
      const returned = methods.aroundRun?.call(observer, wrappedRun.scope, next as NextRun, caller)
      if (returned !== undefined) this.#watch(attached, 'aroundRun', returned)
    } catch (error) {
      this.#fault(attached, 'aroundRun', error)
    }
    if (isCalled) return
    isCalled = true
    this.#enter(around, depth + 1, wrappedRun)
    this.#fault(attached, 'aroundRun', new Error(`Observer '${attached.name}' did not call next()`))
  }

  /** Publishes runs, but not units. Called inside all contexts, so that no observer replaces stores of the channel. */
  #begin<Subject>(wrappedRun: WrappedRun<Subject>): void {
    if (wrappedRun.scope.unit !== undefined || !this.#isTraced()) return wrappedRun.begin()
    traceRun(wrappedRun, (error) =>
      this.#warnings.add("A subscriber of tracingChannel('runwell:run') failed", error, 'tracing channel'),
    )
  }

  #callOnEnded(attached: Attached, onEnded: (result: RunResult) => unknown, result: RunResult): void {
    try {
      const returned = onEnded(result)
      if (returned !== undefined) this.#watch(attached, 'aroundRun', returned)
    } catch (error) {
      this.#fault(attached, 'aroundRun', error)
    }
  }

  /** Calls `flush` of all observers. Resolves when all have finished, or when `expired` resolves. */
  async flush(deadline: number, expired: Promise<unknown>): Promise<void> {
    const flush = async (attached: Attached): Promise<void> => {
      try {
        await attached.methods.flush?.call(attached.observer, deadline)
      } catch (error) {
        this.#fault(attached, 'flush', error)
      }
    }
    const flushes = inRootContext((all: readonly Attached[]) => all.map(flush), this.#attached)
    await Promise.race([Promise.all(flushes), expired])
  }

  /** Calls a method of an observer. Records a fault of the observer if the method throws or its promise rejects. */
  #guard(attached: Attached, method: EventOf<'observer.failed'>['method'], call: () => unknown): void {
    try {
      const returned = call()
      if (returned !== undefined) this.#watch(attached, method, returned)
    } catch (error) {
      this.#fault(attached, method, error)
    }
  }

  /** If an observer returned a promise, handles its rejection: an unhandled rejection would end the process. */
  #watch(attached: Attached, method: EventOf<'observer.failed'>['method'], returned: unknown): void {
    if (typeof returned !== 'object' || returned === null || !('then' in returned)) return
    Promise.resolve(returned).catch((error: unknown) => this.#fault(attached, method, error))
  }

  #fault(attached: Attached, method: EventOf<'observer.failed'>['method'], error: unknown): void {
    attached.failures += 1
    const at = this.#now()
    // A fault that occurs while `observer.failed` is sent is only counted. Otherwise two broken observers would cause
    // such events forever.
    if (this.#isEmittingFault || at - attached.reportedAt < reportEveryMs) return
    if (this.#isClosed && method !== 'flush') return
    attached.reportedAt = at
    const { name } = attached
    const event: EventOf<'observer.failed'> = {
      type: 'observer.failed',
      seq: unnumbered,
      at,
      observer: name,
      method,
      error: toError(error),
    }
    const isReceived = this.#attached.some((other) => other !== attached && wants(other, event.type))
    if (!isReceived) this.#warnings.add(logText(event), undefined, `observer ${name} ${method}`)
    // The fault may have happened in the async context of a caller, but observers receive events in the root context.
    inRootContext(() => this.#send(event, attached), undefined)
  }
}

function wants({ methods, types }: Attached, type: SupervisorEventType): boolean {
  return methods.onEvent !== undefined && (types === 'all' || types.has(type))
}
