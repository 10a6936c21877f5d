import { toError } from '../base/errors.ts'
import type { ObserverFailed, SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorReport, SupervisorView } from '../task/view.ts'
import type { ConsoleWarnings } from './console-warnings.ts'
import type { NextRun, Observer, RunResult } from './observer.ts'
import type { WrappedRun } from './wrapped-run.ts'

/** How often the faults of one observer are told to the others. */
const reportEveryMs = 60_000

interface Attached {
  readonly observer: Observer
  /** What it is told of. */
  readonly types: ReadonlySet<SupervisorEventType> | 'all'
  failures: number
  reportedAt: number
}

/** An event, and the one observer that it is not told to. */
interface PendingEvent {
  readonly event: SupervisorEvent
  readonly except: Attached | undefined
}

/** Fans events out to observers, and keeps their faults away from the runs and from each other. */
export class Observers {
  #attached: readonly Attached[] = []
  /** Those with `aroundRun`, the first attached outermost. */
  #around: readonly Attached[] = []
  readonly #now: () => number
  readonly #warnings: ConsoleWarnings
  /** What came up while an event is told: it has to wait, so that all observers see one order. */
  readonly #pending: PendingEvent[] = []
  #isEmitting = false
  #isEmittingFault = false
  #isClosed = false
  #wantsRunStarted = false
  #wantsRunEnded = false

  constructor(now: () => number, warnings: ConsoleWarnings) {
    this.#now = now
    this.#warnings = warnings
  }

  /** Whether anybody wants `run.started`: each run has one, which is made for nobody else. */
  get wantsRunStarted(): boolean {
    return this.#wantsRunStarted
  }

  /** The same of `run.ended`. */
  get wantsRunEnded(): boolean {
    return this.#wantsRunEnded
  }

  /** Whether the last event is told: what comes now is dropped, but for runs that settle late and flushes that fail. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  get size(): number {
    return this.#attached.length
  }

  /** Whether any observer wants to be around runs. */
  get wrapsRuns(): boolean {
    return this.#around.length > 0
  }

  /** How often each of those attached has failed. */
  faults(): SupervisorReport['observers'] {
    return this.#attached.map(({ observer: { name }, failures }) => ({ name, faults: failures }))
  }

  /** @returns the call that detaches it again. */
  attach(observer: Observer, view: SupervisorView): () => void {
    const types = observer.eventTypes === undefined ? 'all' : new Set(observer.eventTypes)
    const attached: Attached = { observer, types, failures: 0, reportedAt: Number.NEGATIVE_INFINITY }
    this.#set([...this.#attached, attached])
    this.#guard(attached, 'onSupervisor', () => observer.onSupervisor?.(view))
    return () => this.#set(this.#attached.filter((other) => other !== attached))
  }

  #set(attached: readonly Attached[]): void {
    this.#attached = attached
    this.#wantsRunStarted = attached.some((each) => wants(each, 'run.started'))
    this.#wantsRunEnded = attached.some((each) => wants(each, 'run.ended'))
    this.#around = attached.filter(({ observer }) => observer.aroundRun !== undefined)
  }

  emit(event: SupervisorEvent): void {
    if (this.accepts(event)) this.#send(event, undefined)
  }

  /** Whether `event` would be told. */
  accepts(event: SupervisorEvent): boolean {
    return !this.#isClosed || event.type === 'run.settled-late'
  }

  close(): void {
    this.#isClosed = true
  }

  #send(event: SupervisorEvent, except: Attached | undefined): void {
    if (this.#isEmitting) {
      this.#pending.push({ event, except })
      return
    }
    this.#isEmitting = true
    this.#fanOut(event, except)
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      this.#fanOut(next.event, next.except)
    }
    this.#isEmitting = false
  }

  #fanOut(event: SupervisorEvent, except: Attached | undefined): void {
    this.#isEmittingFault = event.type === 'observer.failed'
    // The list is replaced and never changed, so an observer may come or go while it is walked.
    for (const attached of this.#attached) {
      if (attached === except || !wants(attached, event.type)) continue
      try {
        const returned: unknown = attached.observer.onEvent?.(event)
        if (returned !== undefined) this.#watch(attached, 'onEvent', returned)
      } catch (error) {
        this.#fault(attached, 'onEvent', error)
      }
    }
    this.#isEmittingFault = false
  }

  /** Has it begin once, inside the contexts of all observers, however they behave. */
  around<Subject>(wrappedRun: WrappedRun<Subject>): void {
    this.#enter(this.#around, 0, wrappedRun)
  }

  /** Enters the context of the observer at `depth`, and from there those of the others; past the last one it begins. */
  #enter<Subject>(around: readonly Attached[], depth: number, wrappedRun: WrappedRun<Subject>): void {
    const attached = around[depth]
    if (attached === undefined) return wrappedRun.begin()
    let isCalled = false
    const next = (onEnded?: (result: RunResult) => void): unknown => {
      if (!isCalled) {
        isCalled = true
        this.#enter(around, depth + 1, wrappedRun)
      }
      // Whoever is given `next` as a callback may call it with something else.
      if (typeof onEnded !== 'function') return wrappedRun.promise
      return wrappedRun.whenEnded((result) => this.#emitEnding(attached, onEnded, result))
    }
    try {
      const returned = attached.observer.aroundRun?.(wrappedRun.scope, next as NextRun)
      if (returned !== undefined) this.#watch(attached, 'aroundRun', returned)
    } catch (error) {
      this.#fault(attached, 'aroundRun', error)
    }
    if (isCalled) return
    isCalled = true
    this.#enter(around, depth + 1, wrappedRun)
    this.#fault(attached, 'aroundRun', new Error(`Observer '${attached.observer.name}' did not call next()`))
  }

  #emitEnding(attached: Attached, onEnded: (result: RunResult) => unknown, result: RunResult): void {
    try {
      const returned = onEnded(result)
      if (returned !== undefined) this.#watch(attached, 'aroundRun', returned)
    } catch (error) {
      this.#fault(attached, 'aroundRun', error)
    }
  }

  /** Lets all observers send what they hold. Resolves when they have, or `deadline` calls it off. */
  async flush(deadline: number, expired: Promise<unknown>): Promise<void> {
    const flushes = this.#attached.map(async (attached) => {
      try {
        await attached.observer.flush?.(deadline)
      } catch (error) {
        this.#fault(attached, 'flush', error)
      }
    })
    await Promise.race([Promise.all(flushes), expired])
  }

  /** Calls what is an observer's; neither what it throws nor a promise of it that rejects goes further. */
  #guard(attached: Attached, method: ObserverFailed['method'], call: () => unknown): void {
    try {
      const returned = call()
      if (returned !== undefined) this.#watch(attached, method, returned)
    } catch (error) {
      this.#fault(attached, method, error)
    }
  }

  /** A promise that an observer returned must not end the process when it rejects. */
  #watch(attached: Attached, method: ObserverFailed['method'], returned: unknown): void {
    if (typeof returned !== 'object' || returned === null || !('then' in returned)) return
    Promise.resolve(returned).catch((error: unknown) => this.#fault(attached, method, error))
  }

  #fault(attached: Attached, method: ObserverFailed['method'], error: unknown): void {
    attached.failures += 1
    const at = this.#now()
    // A fault that comes of telling a fault is only counted.
    if (this.#isEmittingFault || at - attached.reportedAt < reportEveryMs) return
    if (this.#isClosed && method !== 'flush') return
    attached.reportedAt = at
    const { name } = attached.observer
    const isHeard = this.#attached.some((other) => other !== attached && wants(other, 'observer.failed'))
    if (!isHeard) this.#warnings.add(`Observer '${name}' failed in ${method}()`, toError(error))
    const event: ObserverFailed = {
      type: 'observer.failed',
      at,
      observer: name,
      method,
      error: toError(error),
    }
    this.#send(event, attached)
  }
}

function wants({ observer, types }: Attached, type: SupervisorEventType): boolean {
  return observer.onEvent !== undefined && (types === 'all' || types.has(type))
}
