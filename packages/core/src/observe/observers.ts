import { InvalidOptionError } from '../base/errors.ts'
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

const reportEveryMs = 60_000

interface Attached extends ReadObserver {
  failures: number
  reportedAt: number
}

/** `except`: the observer that an `observer.failed` event is about. This observer does not receive the event. */
interface PendingEvent {
  readonly event: SupervisorEvent
  readonly except: Attached | undefined
}

export class Observers {
  #attached: readonly Attached[] = []
  /** The observers with `aroundRun`. The context of the first one contains the contexts of all that follow. */
  #around: readonly Attached[] = []
  #capturing: readonly Attached[] = []
  #onAnnotate: WrappedRun<unknown>['onAnnotate']
  readonly #now: () => number
  readonly #warnings: ConsoleWarnings
  /**
   * Events that are emitted while another event is being sent. They wait until that event was sent to all observers,
   * so that all observers see the same order.
   */
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

  /** If false, no `run.started` event is created. This makes runs faster. */
  get wantsRunStarted(): boolean {
    return this.#wantsRunStarted
  }

  /** If false, a `run.ended` event is created only for a callback in the option `on` of a task. */
  get wantsRunEnded(): boolean {
    return this.#wantsRunEnded
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get size(): number {
    return this.#attached.length
  }

  get wrapsRuns(): boolean {
    return this.#around.length > 0 || this.#isTraced()
  }

  #isTraced(): boolean {
    return !this.#isMuted && hasRunSubscribers()
  }

  mute(): void {
    this.#isMuted = true
  }

  faults(): SupervisorReport['observers'] {
    return this.#attached.map(({ name, failures }) => ({ name, faults: failures }))
  }

  attach(known: ReadObserver, view: SupervisorView): () => void {
    const attached: Attached = { ...known, failures: 0, reportedAt: Number.NEGATIVE_INFINITY }
    const { observer, methods, name } = known
    if (this.#attached.some((other) => other.observer === observer))
      throw new InvalidOptionError(
        'observer',
        'an observer that is not attached to this supervisor yet',
        name,
      )
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
    // `#set` replaces the array. So observers may be attached or detached during this loop.
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

  /** Call this method in the async context of the code that requests a run. */
  captureCallers(): Callers | undefined {
    if (this.#capturing.length === 0) return undefined
    return captureCallers(this.#capturing, this.#guardCapture)
  }

  captureTexts(): Readonly<Record<string, string>> | undefined {
    return captureTexts(this.#capturing, this.#guardCapture)
  }

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

  #enter<Subject>(around: readonly Attached[], depth: number, wrappedRun: WrappedRun<Subject>): void {
    const attached = around[depth]
    if (attached === undefined) return this.#begin(wrappedRun)
    let isCalled = false
    const next = (onEnded?: (result: RunResult) => void): unknown => {
      if (!isCalled) {
        isCalled = true
        this.#enter(around, depth + 1, wrappedRun)
      }
      // An observer may pass `next` to code that calls it with any argument.
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

  #guard(attached: Attached, method: EventOf<'observer.failed'>['method'], call: () => unknown): void {
    try {
      const returned = call()
      if (returned !== undefined) this.#watch(attached, method, returned)
    } catch (error) {
      this.#fault(attached, method, error)
    }
  }

  /** If an observer returns a promise that rejects, the rejection would end the process. So it is handled here. */
  #watch(attached: Attached, method: EventOf<'observer.failed'>['method'], returned: unknown): void {
    if (typeof returned !== 'object' || returned === null || !('then' in returned)) return
    Promise.resolve(returned).catch((error: unknown) => this.#fault(attached, method, error))
  }

  #fault(attached: Attached, method: EventOf<'observer.failed'>['method'], error: unknown): void {
    attached.failures += 1
    const at = this.#now()
    // During an `observer.failed` event, an error is only counted. Otherwise two broken observers would cause such
    // events forever.
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
    // Observers receive all events in the root context, but the error may have happened in another context.
    inRootContext(() => this.#send(event, attached), undefined)
  }
}

function wants({ methods, types }: Attached, type: SupervisorEventType): boolean {
  return methods.onEvent !== undefined && (types === 'all' || types.has(type))
}
