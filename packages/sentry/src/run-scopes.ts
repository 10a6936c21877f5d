import type { RunResult, RunScope } from '@runwell/core'
import type { SentryLike, SentryScopeLike } from './sentry-like.ts'
import { newPlace, propagation, type TracePlace } from './trace-place.ts'

/** What Sentry knows of one run. */
export interface KnownRun {
  readonly unit: string | undefined
  readonly isolation: SentryScopeLike
  readonly place: TracePlace
}

/**
 * Gives each run an isolation scope of its own, and keeps it until the run has ended: events are told outside of the
 * run's async context, and what the app has put on the scope belongs to the run's failure.
 */
export class RunScopes {
  readonly #sentry: SentryLike
  readonly #known = new Map<string, KnownRun[]>()

  constructor(sentry: SentryLike) {
    this.#sentry = sentry
  }

  around(scope: RunScope, next: () => Promise<RunResult>): unknown {
    const sentry = this.#sentry
    const { runId, unit } = scope
    const earlier = unit === undefined ? this.find(runId, undefined) : undefined
    const outer = sentry.getIsolationScope()
    return sentry.withIsolationScope(earlier?.isolation, (isolation) => {
      // A set-up in which scopes don't follow async contexts gives everybody the same one; `setupFaults` warns of it.
      if (isolation === outer) return next()
      const place = earlier?.place ?? newPlace()
      sentry.getCurrentScope().setPropagationContext(propagation(place))
      if (earlier) return next()
      const known: KnownRun = { unit, isolation, place }
      const siblings = this.#known.get(runId)
      if (siblings) siblings.push(known)
      else this.#known.set(runId, [known])
      return unit === undefined ? next() : next().finally(() => this.#drop(runId, known))
    })
  }

  /** Of several units of one name, none: it can't be said which of them is meant, and a wrong scope is worse than none. */
  find(runId: string, unit: string | undefined): KnownRun | undefined {
    const found = this.#known.get(runId)?.filter((known) => known.unit === unit)
    return found?.length === 1 ? found[0] : undefined
  }

  ended(runId: string): void {
    this.#known.delete(runId)
  }

  #drop(runId: string, known: KnownRun): void {
    const left = this.#known.get(runId)?.filter((other) => other !== known)
    if (left?.length) this.#known.set(runId, left)
    else this.#known.delete(runId)
  }
}
