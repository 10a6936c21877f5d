import type { RunResult, RunScope } from '@runwell/core'
import { activeOtelPlace } from './otel-context.ts'
import type { RunSpans } from './run-spans.ts'
import type { SentryLike, SentryScopeLike } from './sentry-like.ts'
import { newPlace, propagation, type TracePlace } from './trace-place.ts'

/** What Sentry knows of one run, or of one unit in it. */
export interface KnownRun {
  readonly unit: string | undefined
  readonly isolation: SentryScopeLike
  /** Where it is in its trace: the span of whoever traces it, else a place of its own. */
  place: TracePlace
}

/**
 * Gives each run an isolation scope and a trace of its own, and keeps them until the run has ended: events are told
 * outside of the run's async context, and what the app has put on the scope belongs to the run's failure.
 */
export class RunScopes {
  readonly #sentry: SentryLike
  readonly #spans: RunSpans
  readonly #known = new Map<string, KnownRun[]>()

  constructor(sentry: SentryLike, spans: RunSpans) {
    this.#sentry = sentry
    this.#spans = spans
  }

  around(scope: RunScope, next: () => Promise<RunResult>): unknown {
    const sentry = this.#sentry
    const outer = sentry.getIsolationScope()
    return sentry.withIsolationScope(undefined, (isolation) => {
      // A set-up in which scopes don't follow async contexts gives everybody the same one; `setupFaults` warns of it.
      if (isolation === outer) return next()
      const parent = activeOtelPlace()
      const known: KnownRun = { unit: scope.unit, isolation, place: parent ?? newPlace() }
      const wantsSpan = this.#spans.wants(scope)
      sentry
        .getCurrentScope()
        .setPropagationContext(propagation(known.place, wantsSpan && parent !== undefined))
      this.#keep(scope.runId, known)
      const run = scope.unit === undefined ? next : () => this.#unit(scope.runId, known, next)
      if (!wantsSpan) return run()
      return this.#spans.around(scope, run, (span) => {
        const { traceId, spanId } = span.spanContext()
        known.place = { traceId, spanId }
        if (!parent) scope.annotate({ trace_id: traceId, span_id: spanId })
      })
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

  #keep(runId: string, known: KnownRun): void {
    const siblings = this.#known.get(runId)
    if (siblings) siblings.push(known)
    else this.#known.set(runId, [known])
  }

  /** A loop lives long: its units are forgotten one by one. */
  async #unit(runId: string, known: KnownRun, next: () => Promise<RunResult>): Promise<RunResult> {
    const result = await next()
    const left = this.#known.get(runId)?.filter((other) => other !== known)
    if (left?.length) this.#known.set(runId, left)
    else this.#known.delete(runId)
    return result
  }
}
