import { toError } from '../base/errors.ts'
import type { ObserverFailed, SupervisorEvent, SupervisorEventType } from '../events/events.ts'
import type { SupervisorReport, SupervisorView } from '../task/view.ts'
import type { Complaints } from './console-warnings.ts'
import type { NextRun, Observer, RunResult } from './observer.ts'
import type { Passage } from './wrapped-run.ts'

/** How often the faults of one observer are told to the others. */
const tellEveryMs = 60_000

interface Attached {
  readonly observer: Observer
  /** What it is told of. */
  readonly types: ReadonlySet<SupervisorEventType> | 'all'
  failures: number
  toldAt: number
}

/** An event, and the one observer that it is not told to. */
interface Letter {
  readonly event: SupervisorEvent
  readonly except: Attached | undefined
}

/** Fans events out to observers, and keeps their faults away from the runs and from each other. */
export class Observers {
  #attached: readonly Attached[] = []
  /** Those with `aroundRun`, the first attached outermost. */
  #around: readonly Attached[] = []
  readonly #now: () => number
  readonly #complaints: Complaints
  /** What came up while an event is told: it has to wait, so that all observers see one order. */
  readonly #letters: Letter[] = []
  #isTelling = false
  #isTellingFault = false
  #isClosed = false
  #hearsStarts = false
  #hearsEnds = false

  constructor(now: () => number, complaints: Complaints) {
    this.#now = now
    this.#complaints = complaints
  }

  /** Whether anybody hears `run.started`: each run has one, which is made for nobody else. */
  get hearsStarts(): boolean {
    return this.#hearsStarts
  }

  /** The same of `run.ended`. */
  get hearsEnds(): boolean {
    return this.#hearsEnds
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
    const attached: Attached = { observer, types, failures: 0, toldAt: Number.NEGATIVE_INFINITY }
    this.#set([...this.#attached, attached])
    this.#guard(attached, 'onSupervisor', () => observer.onSupervisor?.(view))
    return () => this.#set(this.#attached.filter((other) => other !== attached))
  }

  #set(attached: readonly Attached[]): void {
    this.#attached = attached
    this.#hearsStarts = attached.some((each) => hears(each, 'run.started'))
    this.#hearsEnds = attached.some((each) => hears(each, 'run.ended'))
    this.#around = attached.filter(({ observer }) => observer.aroundRun !== undefined)
  }

  tell(event: SupervisorEvent): void {
    if (this.isTold(event)) this.#send(event, undefined)
  }

  /** Whether `event` would be told. */
  isTold(event: SupervisorEvent): boolean {
    return !this.#isClosed || event.type === 'run.settled-late'
  }

  close(): void {
    this.#isClosed = true
  }

  #send(event: SupervisorEvent, except: Attached | undefined): void {
    if (this.#isTelling) {
      this.#letters.push({ event, except })
      return
    }
    this.#isTelling = true
    this.#fanOut(event, except)
    for (let next = this.#letters.shift(); next; next = this.#letters.shift()) {
      this.#fanOut(next.event, next.except)
    }
    this.#isTelling = false
  }

  #fanOut(event: SupervisorEvent, except: Attached | undefined): void {
    this.#isTellingFault = event.type === 'observer.failed'
    // The list is replaced and never changed, so an observer may come or go while it is walked.
    for (const attached of this.#attached) {
      if (attached === except || !hears(attached, event.type)) continue
      try {
        const returned: unknown = attached.observer.onEvent?.(event)
        if (returned !== undefined) this.#watch(attached, 'onEvent', returned)
      } catch (error) {
        this.#fault(attached, 'onEvent', error)
      }
    }
    this.#isTellingFault = false
  }

  /** Has it begin once, inside the contexts of all observers, however they behave. */
  around<Subject>(passage: Passage<Subject>): void {
    this.#enter(this.#around, 0, passage)
  }

  /** Enters the context of the observer at `depth`, and from there those of the others; past the last one it begins. */
  #enter<Subject>(around: readonly Attached[], depth: number, passage: Passage<Subject>): void {
    const attached = around[depth]
    if (attached === undefined) return passage.begin()
    let isCalled = false
    const next = (onEnded?: (result: RunResult) => void): unknown => {
      if (!isCalled) {
        isCalled = true
        this.#enter(around, depth + 1, passage)
      }
      // Whoever is given `next` as a callback may call it with something else.
      if (typeof onEnded !== 'function') return passage.promise
      return passage.whenEnded((result) => this.#tellEnding(attached, onEnded, result))
    }
    try {
      const returned = attached.observer.aroundRun?.(passage.scope, next as NextRun)
      if (returned !== undefined) this.#watch(attached, 'aroundRun', returned)
    } catch (error) {
      this.#fault(attached, 'aroundRun', error)
    }
    if (isCalled) return
    isCalled = true
    this.#enter(around, depth + 1, passage)
    this.#fault(attached, 'aroundRun', new Error(`Observer '${attached.observer.name}' did not call next()`))
  }

  #tellEnding(attached: Attached, onEnded: (result: RunResult) => unknown, result: RunResult): void {
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
    if (this.#isTellingFault || at - attached.toldAt < tellEveryMs) return
    if (this.#isClosed && method !== 'flush') return
    attached.toldAt = at
    const { name } = attached.observer
    const isHeard = this.#attached.some((other) => other !== attached && hears(other, 'observer.failed'))
    if (!isHeard) this.#complaints.add(`Observer '${name}' failed in ${method}()`, toError(error))
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

function hears({ observer, types }: Attached, type: SupervisorEventType): boolean {
  return observer.onEvent !== undefined && (types === 'all' || types.has(type))
}
